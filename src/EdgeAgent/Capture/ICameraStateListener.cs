namespace ShiTu.EdgeAgent.Capture;

/// <summary>Hears of every change of a camera's state. Called from the camera's loop: must not block.</summary>
internal interface ICameraStateListener
{
    /// <summary>The state changed.</summary>
    void Changed(CameraState state);

    /// <summary>A picture of a folder or list could not be read; the text names it and says why. The run goes on.</summary>
    void Unreadable(string camera, string text)
    {
    }
}
