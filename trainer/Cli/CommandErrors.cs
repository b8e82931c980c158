using System.Runtime.InteropServices;
using ShiTu.Inference.Engines;
using ShiTu.Inference.Imaging;
using ShiTu.Inference.Models;
using ShiTu.Trainer.Data;
using ShiTu.Trainer.Distillation;
using ShiTu.Trainer.Import;
using ShiTu.Trainer.Ranks;
using ShiTu.Trainer.Training;

namespace ShiTu.Trainer.Cli;

/// <summary>Turns what goes wrong into one line on standard error and the exit code of contract.md 3; Ctrl-C and SIGTERM cancel.</summary>
internal static class CommandErrors
{
    public static int Guard(Func<CancellationToken, int> action)
    {
        using var stop = new CancellationTokenSource();
        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return action(stop.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("interrupted; the same command goes on where it was");
            return 130;
        }
        catch (RecipeException error)
        {
            return Say(error, 3);
        }
        catch (Exception error) when (error is ModelException or InferenceException)
        {
            return Say(error, 5);
        }
        catch (UnauthorizedAccessException error)
        {
            return Say(error, 6);
        }
        catch (Exception error) when (error is DataException or TeacherException or ImportException or LaunchException or InvalidDataException or IOException or PictureFormatException)
        {
            return Say(error, 1);
        }
    }

    private static int Say(Exception error, int code)
    {
        Console.Error.WriteLine(error.Message);
        return code;
    }
}
