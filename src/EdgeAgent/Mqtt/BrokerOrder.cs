using System.Runtime.ExceptionServices;

namespace ShiTu.EdgeAgent.Mqtt;

/// <summary>None of several brokers could be used.</summary>
/// <param name="failures">Each with its reason, in the order they were tried.</param>
internal sealed class NoBrokerException(IReadOnlyList<(BrokerAddress Broker, Exception Reason)> failures)
    : Exception($"No broker can be used: {string.Join("; ", failures.Select(failure => $"{failure.Broker}: {ReasonOf(failure.Reason)}"))}.")
{
    /// <summary>Each broker with its reason.</summary>
    public IReadOnlyList<(BrokerAddress Broker, Exception Reason)> Failures { get; } = failures;

    /// <summary>Why, in words.</summary>
    public static string ReasonOf(Exception reason) => reason is OperationCanceledException ? "no answer" : reason.GetBaseException().Message.TrimEnd('.');
}

/// <summary>One connection for as long as it lasts, to the first of the brokers that takes it: the order in which the devices try them too.</summary>
internal static class BrokerOrder
{
    /// <summary>Connects.</summary>
    /// <exception cref="NoBrokerException">None of several could be used; where there is only one, its own exception is thrown.</exception>
    public static async Task<T> ConnectAsync<T>(MqttOptions options, Func<BrokerAddress, CancellationToken, Task<T>> connect, CancellationToken cancellation)
    {
        var failures = new List<(BrokerAddress Broker, Exception Reason)>();
        foreach (var broker in options.Brokers.Select(BrokerAddress.Parse))
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(options.ConnectTimeout);
            try
            {
                return await connect(broker, patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested && e is not OutOfMemoryException)
            {
                failures.Add((broker, e));
            }
        }

        if (failures is [var only])
        {
            ExceptionDispatchInfo.Throw(only.Reason);
        }

        throw new NoBrokerException(failures);
    }
}
