using System.Runtime.ExceptionServices;
using Greenery.Alerts.Channels;
using Greenery.Alerts.Digests;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Outbox;
using Greenery.Alerts.Routing;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Alerts;

/// <summary>
/// Entry point of all notifications. Independent of the run's process: every call catches up with all notifications
/// that are missing, and calls may run concurrently.
/// </summary>
public sealed class Alerting(
    PostgresWarehouse warehouse, Project project, AlertSettings settings,
    IReadOnlyList<ITransport> transports, TimeProvider time) : IPostRunAction
{
    private readonly Router _router = new(project, settings);

    StepKind IPostRunAction.Kind => StepKind.Tell;

    async Task<DoneResult> IPostRunAction.ExecuteAsync(long runId, CancellationToken cancellationToken) =>
        new((await CheckAsync(cancellationToken)).Accepted);

    /// <summary>
    /// Writes the notifications of ended runs that were not notified yet into the outbox; sends nothing.
    /// </summary>
    /// <returns>How many runs these were.</returns>
    public Task<int> NotifyAsync(CancellationToken cancellationToken) =>
        new RunNotifier(warehouse, _router, time).NotifyAsync(cancellationToken);

    /// <summary>
    /// Does all that is due: notifications of ended runs, the SLA, reminders, digests, and sending. To be called at the
    /// end of each run, and at each poll. What cannot be written, such as a digest, does not hold up the sending of
    /// what can; its error is thrown after it.
    /// </summary>
    public async Task<SendSummary> CheckAsync(CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? first = null;
        async Task<int> TryAsync(Func<CancellationToken, Task<int>> writeAsync)
        {
            try
            {
                return await writeAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
            {
                first ??= ExceptionDispatchInfo.Capture(exception);
                return 0;
            }
        }

        await TryAsync(NotifyAsync);
        await TryAsync(new SlaMonitor(warehouse, _router, time).CheckAsync);
        var (sender, sent) = (Sender(), new SendSummary());
        async Task<int> TrySendAsync(CancellationToken token)
        {
            sent += await SendAsync(sender, token);
            return 0;
        }

        await TryAsync(TrySendAsync);
        // Alerts are on their way: a digest reads much.
        if (await TryAsync(new DigestScheduler(warehouse, project, _router, time).WriteAsync) > 0)
        {
            await TryAsync(TrySendAsync);
        }
        first?.Throw();
        return sent;
    }

    /// <summary>Sends what is due, and tells on the other channels of one that keeps failing or is broken.</summary>
    public Task<SendSummary> SendAsync(CancellationToken cancellationToken) => SendAsync(Sender(), cancellationToken);

    private Sender Sender() => new(
        warehouse, transports,
        [.. settings.Channels.Where(channel => channel.Fault is null).Select(channel => channel.Name)], time);

    private async Task<SendSummary> SendAsync(Sender sender, CancellationToken cancellationToken)
    {
        var sent = await sender.SendAsync(cancellationToken);
        return await new ChannelMonitor(warehouse, _router, time).CheckAsync(cancellationToken)
            ? sent + await sender.SendAsync(cancellationToken)
            : sent;
    }

    /// <summary>The channels that take no messages, and what they say.</summary>
    public async Task<IReadOnlyList<(string Channel, string Reason)>> FailingChannelsAsync(
        CancellationToken cancellationToken) =>
        [.. (await ErrorsAsync("channel", cancellationToken))
            .Select(state => (IncidentKeys.ChannelOf(state.Subject) ?? state.Subject, state.Message))];

    /// <summary>The settings that are wrong, of this host or of another one on its database, and how.</summary>
    public async Task<IReadOnlyList<Diagnostic>> WrongSettingsAsync(CancellationToken cancellationToken) =>
        [.. (await ErrorsAsync("setting", cancellationToken)).Select(state => new Diagnostic(
            IncidentKeys.Describe(state.Subject, IncidentKind.Setting, null), state.Message))];

    private async Task<List<(string Subject, string Message)>> ErrorsAsync(
        string kind, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryAsync<(string Subject, string Message)>(
            "select subject, message from ops.incident where kind = @kind and level = 'error' order by subject",
            new { kind }, cancellationToken);
    }
}
