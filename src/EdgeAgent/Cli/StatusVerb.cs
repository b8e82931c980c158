using System.CommandLine;
using System.Text.Json;

namespace ShiTu.EdgeAgent.Cli;

/// <summary><c>status</c>: what the running service is doing.</summary>
internal static class StatusVerb
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(15);

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        var command = new Command("status", "Shows what the running service is doing.");
        command.SetAction(parsed =>
        {
            var path = SharedOptions.Load(parsed).Options.StatusPath;
            if (!File.Exists(path))
            {
                throw new CommandFailure(ExitCode.Failed, $"No service runs here ({path} is not there). Start it with `systemctl start shitu-edge` or `shitu-edge run`; for a service of another user give its --config.");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (parsed.GetValue(SharedOptions.Json))
            {
                Console.WriteLine(document.RootElement.GetRawText());
                return ExitCode.Done;
            }

            return Print(document.RootElement);
        });
        return command;
    }

    private static int Print(JsonElement status)
    {
        var age = TimeProvider.System.GetUtcNow() - status.GetProperty("time").GetDateTimeOffset();
        var isStale = age > Fresh;
        var state = isStale ? $"silent for {age.TotalSeconds:0} s" : status.GetProperty("state").GetString()!;
        Console.WriteLine($"{Terminal.Paint(state, state == "online" ? Paint.Green : Paint.Yellow)}  version {status.GetProperty("version").GetString()}, pid {status.GetProperty("pid").GetInt32()}, since {status.GetProperty("since").GetDateTimeOffset():u}");
        foreach (var reason in status.GetProperty("degraded").EnumerateArray())
        {
            Console.WriteLine($"  {Terminal.Paint("!", Paint.Yellow)} {reason.GetString()}");
        }

        Console.WriteLine($"model    {status.GetProperty("model").GetString()} on {status.GetProperty("engine").GetString()}");
        var gallery = status.GetProperty("gallery");
        Console.WriteLine($"gallery  {gallery.GetProperty("items").GetInt32()} items, {gallery.GetProperty("views").GetInt32()} views, generation {gallery.GetProperty("generation").GetInt64()}, {gallery.GetProperty("index").GetString()}");
        var broker = status.GetProperty("broker");
        var outbox = status.GetProperty("outbox");
        Console.WriteLine($"broker   {(broker.GetProperty("connected").GetBoolean() ? broker.GetProperty("address").GetString() : "not connected")}, {broker.GetProperty("delivered").GetInt64()} delivered, {outbox.GetProperty("pending").GetInt64()} wait");
        foreach (var camera in status.GetProperty("cameras").EnumerateArray())
        {
            Console.WriteLine($"camera   {camera.GetProperty("name").GetString(),-16} {camera.GetProperty("state").GetString(),-9} {camera.GetProperty("fps").GetDouble(),6:0.0} frames/s, {camera.GetProperty("frames").GetInt64()} frames, {camera.GetProperty("dropped").GetInt64()} dropped, {camera.GetProperty("restarts").GetInt64()} restarts");
        }

        foreach (var stage in status.GetProperty("stages").EnumerateObject())
        {
            Console.WriteLine($"stage    {stage.Name,-16} p50 {stage.Value.GetProperty("p50_ms").GetDouble(),8:0.00} ms  p99 {stage.Value.GetProperty("p99_ms").GetDouble(),8:0.00} ms");
        }

        Console.WriteLine($"memory   {status.GetProperty("memory_bytes").GetInt64() / 1e6:0} MB");
        return isStale ? ExitCode.Failed : ExitCode.Done;
    }
}
