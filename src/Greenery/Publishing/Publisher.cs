using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Shows versions to readers: one short transaction switches the views of all marts. A reader sees the state before or
/// the state after, never a mix.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="time">Measures patience.</param>
/// <param name="patience">How long to wait for readers in all; two minutes by default.</param>
/// <param name="role">The readers', with the marts; null for the usual ones.</param>
public sealed class Publisher(
    PostgresWarehouse warehouse, TimeProvider time, TimeSpan? patience = null, ReaderRole? role = null)
{
    /// <summary>
    /// A reader that holds one view and wants another waits for the publication while that waits for the reader: only
    /// giving up ends it. So a try is short, both for readers and because the next one may find the views free. Far
    /// below PostgreSQL's deadlock_timeout (1 s), which would end a reader's statement instead.
    /// </summary>
    private static readonly TimeSpan ViewLockTimeout = TimeSpan.FromMilliseconds(5);

    /// <summary>For the ops tables, once all views are locked.</summary>
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(800);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(2);
    private readonly ReaderSessions _readers = new(warehouse);
    private readonly ReaderRole _role = role ?? ReaderRole.Usual;

    /// <summary>Publishes a run's plan; versions that are live already stay as they are.</summary>
    /// <param name="plan">All models, with the versions to show.</param>
    /// <param name="runId">The run whose plan it is.</param>
    /// <param name="lease">Fences the commit.</param>
    /// <param name="alsoAsync">What else has to happen in the same transaction.</param>
    /// <exception cref="PublishConflictException">A reader's view or transaction is in the way; nothing was
    /// published.</exception>
    public async Task PublishAsync(
        IReadOnlyList<PlannedModel> plan,
        long runId,
        RunLease lease,
        Func<NpgsqlConnection, CancellationToken, Task> alsoAsync,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await MartSchemas.EnsureAsync(connection, _role.Marts.InOrder, cancellationToken);
        await _role.EnsureAsync(connection, cancellationToken);
        await _role.GrantTablesAsync(
            connection,
            [.. plan.Where(planned => planned.IsTable)
                .Select(planned => (planned.Model.Mart, planned.Model.Name, planned.TableName))],
            cancellationToken);
        var since = await connection.ExecuteScalarAsync<DateTime>("select clock_timestamp()", null, cancellationToken);
        var replacements = await MartViews.PlanAsync(connection, plan, cancellationToken);
        // All views or none: a transaction older than the publication sees the versions before a switch, but the new
        // one in a view that was replaced. And a view's older version may read a model that is to go.
        var isSwitch = replacements.All(view => view.CanSwitch)
            && !await MartViews.AnyForgottenAsync(connection, plan, cancellationToken);
        var tables = isSwitch ? [] : plan.Select(planned => planned.TableName);
        var models = replacements.Select(view => view.Model.Name).ToList();
        while (await _readers.WithOlderSnapshotsAsync(tables, models, since, cancellationToken) is { Count: > 0 } old)
        {
            await WaitAsync(start, "a transaction that is older than the new versions would find them empty", old,
                cancellationToken);
        }
        var views = new VersionSwitch(connection, lease, time);
        var publication = await views.NextPublicationAsync(cancellationToken);
        var until = time.GetUtcNow() + _patience - time.GetElapsedTime(start);
        if (isSwitch && await views.PrepareAsync(replacements, publication, until, cancellationToken) is { } locked)
        {
            throw Blocked($"the view {locked} is locked",
                await _readers.WithLocksAsync(_role.Marts, connection.ProcessID, cancellationToken));
        }
        while (!await TryPublishAsync(
            connection, plan, replacements, isSwitch, runId, publication, lease, alsoAsync, cancellationToken))
        {
            if (time.GetElapsedTime(start) > _patience)
            {
                throw Blocked("the views of the marts are locked",
                    await _readers.WithLocksAsync(_role.Marts, connection.ProcessID, cancellationToken));
            }
            await Task.Delay(PauseAfter(time.GetElapsedTime(start)), time, cancellationToken);
        }
    }

    /// <summary>
    /// Short at first, when other readers than those of a moment ago may be the only obstacle; longer when a
    /// transaction is in the way that only its own end removes. Random, so as not to keep step with the readers.
    /// </summary>
    private static TimeSpan PauseAfter(TimeSpan waited)
    {
        var longest = TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 400, 3 * ShortestPause.Ticks, Pause.Ticks));
        return ShortestPause + (longest - ShortestPause) * Random.Shared.NextDouble();
    }

    private async Task WaitAsync(long start, string why, IReadOnlyList<string> who, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(start) > _patience)
        {
            throw Blocked(why, who);
        }
        await Task.Delay(Pause, time, cancellationToken);
    }

    private PublishConflictException Blocked(string why, IReadOnlyList<string> who) => new(
        $"Publishing waited {_patience.TotalSeconds:0} s for readers, but {why}: {string.Join("; ", who)}. "
        + "Nothing was published. End these transactions and run again; what was built is kept.",
        isBlocked: true);

    /// <summary>False when a reader's lock did not become free in time.</summary>
    private Task<bool> TryPublishAsync(
        NpgsqlConnection connection,
        IReadOnlyList<PlannedModel> plan,
        IReadOnlyList<ViewReplacement> replacements,
        bool isSwitch,
        long runId,
        long publication,
        RunLease lease,
        Func<NpgsqlConnection, CancellationToken, Task> alsoAsync,
        CancellationToken cancellationToken) =>
        LockTry.RunAsync(connection, async (transaction, token) =>
        {
            var views = new MartViews(connection, transaction);
            await views.ShowAsync(plan, isSwitch ? [] : replacements, ViewLockTimeout, token);
            await connection.ExecuteAsync(LockTry.Limit(LockTimeout), null, token);
            await views.DescribeAsync(replacements.Select(view => view.Model), token);
            await LiveModelStore.WriteAsync(connection, plan, replacements, runId, publication, token);
            await _role.GrantAsync(connection, token);
            await alsoAsync(connection, token);
            await lease.VerifyAsync(connection, token);
        }, cancellationToken);
}
