using System.Collections.Concurrent;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Mqtt;
using ShiTu.EdgeAgent.Outbox;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Cameras' states to the broker, and an alarm for each that stays dead. Called from cameras' loops: never blocks.</summary>
internal sealed class CameraBoard(MqttService mqtt, OutboxStore outbox, TimeProvider time, Action<string> unreadable) : ICameraStateListener
{
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (CameraState State, DateTimeOffset FailedSince, bool Alarmed)> _cameras = new(StringComparer.Ordinal);

    /// <summary>Reasons why the device is degraded.</summary>
    public IEnumerable<string> Degraded => _cameras.Values.Where(camera => camera.State.Status == Capture.CameraStatus.Failed).Select(camera => $"camera {camera.State.Camera}: {camera.State.Reason}");

    /// <inheritdoc/>
    public void Changed(CameraState state)
    {
        mqtt.SetCamera(state.Camera, new Mqtt.CameraStatus(state.Status.ToString().ToLowerInvariant(), state.Reason, state.Since, (float)state.Fps, state.Dropped, state.Restarts));
        _cameras.AddOrUpdate(
            state.Camera,
            _ => (state, state.Status == Capture.CameraStatus.Failed ? state.Since : default, false),
            (_, before) => state.Status switch
            {
                Capture.CameraStatus.Running => (state, default, Cleared(before.Alarmed, state)),
                Capture.CameraStatus.Failed => (state, before.FailedSince == default ? state.Since : before.FailedSince, before.Alarmed),
                _ => (state, before.FailedSince, before.Alarmed),
            });
    }

    /// <inheritdoc/>
    public void Unreadable(string camera, string text) => unreadable(text);

    /// <summary>Raises what is due.</summary>
    public void RaiseAlarms()
    {
        foreach (var (name, camera) in _cameras)
        {
            if (camera.FailedSince != default && !camera.Alarmed && time.GetUtcNow() - camera.FailedSince > DeadAfter &&
                _cameras.TryUpdate(name, camera with { Alarmed = true }, camera))
            {
                _ = outbox.AppendAsync(OutboxDraft.From(new Alarm("camera_dead", AlarmSeverity.Critical, $"Camera {name} gives no frames: {camera.State.Reason}", camera.FailedSince)));
            }
        }
    }

    private bool Cleared(bool alarmed, CameraState state)
    {
        if (alarmed)
        {
            _ = outbox.AppendAsync(OutboxDraft.From(new Alarm("camera_dead", AlarmSeverity.Cleared, $"Camera {state.Camera} gives frames again.", state.Since)));
        }

        return false;
    }
}
