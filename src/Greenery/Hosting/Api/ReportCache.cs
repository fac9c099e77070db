using System.Collections.Concurrent;
using Greenery.Warehouse;

namespace Greenery.Hosting.Api;

/// <summary>
/// The pages of runs that were asked for of late. Many callers who ask for the same page at the same time get one that
/// is made once; a run that continues, is rolled back or notified of gets a new one.
/// </summary>
internal sealed class ReportCache
{
    /// <summary>How old a page may be: it also shows what has happened since the run, such as incidents.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Pages that are kept; one has some hundred kilobytes.</summary>
    private const int Most = 16;

    private readonly ConcurrentDictionary<long, Entry> _entries = new();

    /// <summary>The page on a run, by default the newest.</summary>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public async Task<string> ReadAsync(IPipelineHost host, long? runId, CancellationToken cancellationToken)
    {
        var report = await host.ReportAsync(cancellationToken);
        return await VersionAsync(host, runId, cancellationToken) is { } version
            // Not with this caller's token: others wait for the same page.
            ? await ReadAsync(version, host.Time.GetUtcNow(), () =>
                report.MakeAsync(version.RunId, CancellationToken.None), cancellationToken)
            : await report.MakeAsync(runId, cancellationToken);
    }

    /// <summary>The page that was made of this version of the run, unless it is too old; otherwise a new one.</summary>
    public Task<string> ReadAsync(
        RunVersion version, DateTimeOffset now, Func<Task<string>> makeAsync, CancellationToken cancellationToken)
    {
        Forget(now);
        var entry = _entries.AddOrUpdate(
            version.RunId,
            _ => new Entry(version.Stamp, now, new Lazy<Task<string>>(makeAsync)),
            (_, kept) => kept.Serves(version, now)
                ? kept
                : new Entry(version.Stamp, now, new Lazy<Task<string>>(makeAsync)));
        return entry.Page.Value.WaitAsync(cancellationToken);
    }

    // The row's version in the ledger: any change of the run gives it another one.
    private static async Task<RunVersion?> VersionAsync(
        IPipelineHost host, long? runId, CancellationToken cancellationToken)
    {
        var warehouse = await host.WarehouseAsync(cancellationToken);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<RunVersion>(
            $"""
            select run_id, concat_ws(' ', xmin, ctid, (select count(*) from ops.step where step.run_id = run.run_id and finished_at is not null))
                as stamp
            from ops.run where run_id = @runId or (@runId is null and {RunKinds.IsForReaders})
            order by run_id desc limit 1
            """, new { runId }, cancellationToken);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (runId, entry) in _entries)
        {
            if (!entry.IsFresh(now) || _entries.Count > Most)
            {
                _entries.TryRemove(new KeyValuePair<long, Entry>(runId, entry));
            }
        }
    }

    /// <summary>A run as it is in the ledger now; another stamp means that it has changed.</summary>
    public sealed record RunVersion(long RunId, string Stamp);

    private sealed record Entry(string Stamp, DateTimeOffset MadeAt, Lazy<Task<string>> Page)
    {
        public bool IsFresh(DateTimeOffset now) => now - MadeAt < Longest && now >= MadeAt && !HasFailed;

        public bool Serves(RunVersion version, DateTimeOffset now) => Stamp == version.Stamp && IsFresh(now);

        private bool HasFailed => Page.IsValueCreated && Page.Value.IsCompleted && !Page.Value.IsCompletedSuccessfully;
    }
}
