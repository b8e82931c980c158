using System.CommandLine;
using ShiTu.Trainer.Cli;
using ShiTu.Trainer.Export;
using ShiTu.Trainer.Import;
using ShiTu.Trainer.Natives;

ProcessSettings.Apply();
return new RootCommand("Trains, evaluates and exports the two networks of ShiTu.Edge.")
{
    TrainCommand.Create(),
    ExportCommand.Create(),
    TrainDetectorCommand.Create(),
    EvalDetectorCommand.Create(),
    ExportDetectorCommand.Create(),
    ImportCommand.Create(),
    EvalCommand.Create(),
    PlotCommand.Create(),
    AblateCommand.Create(),
    QuantizeCommand.Create(),
}.Parse(args).Invoke();
