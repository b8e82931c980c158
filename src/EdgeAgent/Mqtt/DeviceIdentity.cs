namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>Who speaks: this start of the service, and its version.</summary>
/// <param name="Boot">Boot id, new at every start of the service.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Since">When it started.</param>
internal sealed record DeviceIdentity(string Boot, string Version, DateTimeOffset Since);
