namespace ShiTu.Inference.Engines.OpenVino;

/// <summary>Opening a port in one expression.</summary>
internal static class PortOpening
{
    public static PortHandle Opened(this OvStatus status, PortHandle port)
    {
        status.Check("open a port");
        return port;
    }
}
