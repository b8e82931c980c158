using ShiTu.EdgeAgent.Cli;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
