using System.Reflection;

namespace ShiTu.EdgeAgent.Service;

/// <summary>Version of the program.</summary>
internal static class AgentVersion
{
    /// <summary>As in the build.</summary>
    public static string Text { get; } = typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
