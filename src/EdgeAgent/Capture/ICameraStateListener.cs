namespace ShiTu.EdgeAgent.Capture;

/// <summary>Hears of every change of a camera's state. Called from the camera's loop: must not block.</summary>
internal interface ICameraStateListener
{
    /// <summary>The state changed.</summary>
    void Changed(CameraState state);
}
