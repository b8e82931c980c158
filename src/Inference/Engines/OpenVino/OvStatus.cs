using System.Runtime.InteropServices;

namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>What every function of the C API returns (<c>ov_status_e</c>); 0 is success.</summary>
internal readonly record struct OvStatus(int Code)
{
    private const int Ok = 0;

    /// <summary>Throws with OpenVINO's own words where the call failed.</summary>
    /// <exception cref="InferenceException">The call failed.</exception>
    public void Check(string what)
    {
        if (Code == Ok) return;
        var reason = Marshal.PtrToStringUTF8(OvCommon.ErrorInfo(Code)) ?? "no reason given";
        var last = OvCommon.LastErrorMessage();
        if (last != 0)
        {
            reason += ": " + Marshal.PtrToStringUTF8(last)?.Trim();
            OvCommon.Free(last);
        }

        throw new InferenceException($"OpenVINO failed to {what} (status {Code}, {reason}).");
    }
}
