using System.Globalization;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Cli;

/// <summary>Prints a speed report for people.</summary>
internal static class SpeedTable
{
    public static void Print(SpeedReport report) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
        training              {report.Training:0.0} pictures/s
        bare forward+backward {report.Bare:0.0} pictures/s
        ratio                 {report.Ratio:0.000}
        """));
}
