using System.Globalization;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Lets many views change with one commit that locks none of them. First each view, in a transaction of its own, gets
/// both versions, and shows the old one until <c>ops.live</c> has the publication's number for its model. Writing
/// these numbers is the publication. Afterwards each view is reduced to the version it shows. As no more than one view
/// is locked at a time, a publication and readers never wait for each other in a circle.
/// </summary>
/// <param name="connection">Without a transaction.</param>
/// <param name="lease">Fences each change: a view of a zombie's would wait for a number that never comes.</param>
/// <param name="time">Measures patience.</param>
internal sealed class VersionSwitch(NpgsqlConnection connection, RunLease lease, TimeProvider time)
{
    private static readonly TimeSpan ShortestTry = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Readers of the view wait as long as a try does. Readers that never pause hold it in turn, so that only a try as
    /// long as their statements comes through.
    /// </summary>
    private static readonly TimeSpan LongestTry = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// SQL: a commit does not wait for the disk. The publication's own does, and takes all earlier ones along; a view
    /// that a crash of the server gives a version back shows the same as before.
    /// </summary>
    private const string NoFlush = "set local synchronous_commit to off";

    /// <summary>The next view is read by the same readers as the last one.</summary>
    private TimeSpan _length = ShortestTry;

    /// <summary>SQL condition on <c>ops.live</c>: the model's view holds two versions.</summary>
    public const string HoldsTwo =
        """
        exists (
            select from pg_rewrite
            inner join pg_depend on classid = 'pg_rewrite'::regclass and objid = pg_rewrite.oid
            where ev_class = to_regclass(format('%I.%I', live.mart, live.model))
                and refclassid = 'pg_class'::regclass and refobjid = 'ops.live'::regclass
        )
        """;

    /// <summary>A number that no view waits for.</summary>
    public Task<long> NextPublicationAsync(CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>("select nextval('ops.publication')", null, cancellationToken);

    /// <summary>Gives views both versions; readers see no change.</summary>
    /// <param name="replacements">Views whose columns stay as they are.</param>
    /// <param name="publication">Shows the new versions once it is in <c>ops.live</c>.</param>
    /// <param name="until">When to give up, as a timestamp of the clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null, or the view that readers did not leave in time.</returns>
    public async Task<Model?> PrepareAsync(
        IReadOnlyList<ViewReplacement> replacements, long publication, DateTimeOffset until,
        CancellationToken cancellationToken)
    {
        foreach (var view in replacements)
        {
            var sql = await WithBothAsync(view, publication, cancellationToken);
            if (!await TryUntilAsync(sql, until, cancellationToken))
            {
                return view.Model;
            }
        }
        return null;
    }

    /// <summary>Reduces views that hold two versions to the one they show, as far as readers leave them.</summary>
    /// <param name="views">Of models in <c>ops.live</c>.</param>
    /// <param name="until">When to give up, as a timestamp of the clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SettleAsync(
        IReadOnlyList<(string View, string Query)> views, DateTimeOffset until, CancellationToken cancellationToken)
    {
        foreach (var (view, query) in views)
        {
            var options = await ViewExtras.OptionsAsync(connection, view, cancellationToken);
            if (!await TryUntilAsync(ViewReplacement.Replace(view, options, query), until, cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<string> WithBothAsync(
        ViewReplacement view, long publication, CancellationToken cancellationToken)
    {
        // A view of before this column was published holds one version.
        var before = await connection.ExecuteScalarAsync<string>(
            """
            select coalesce(query, rtrim(pg_get_viewdef(to_regclass(format('%I.%I', mart, model))), ';'))
            from ops.live where model = @Name
            """, new { view.Model.Name }, cancellationToken);
        var shown = $"(select publication from ops.live where model = {SqlText.Literal(view.Model.Name)})";
        var both = string.Create(CultureInfo.InvariantCulture,
            $"""
            select * from ({before}
            ) as before where {shown} is distinct from {publication}
            union all
            select * from ({view.Query}
            ) as after where {shown} = {publication}
            """);
        return ViewReplacement.Replace(view.Model.QualifiedName, view.Options, both);
    }

    private async Task<bool> TryUntilAsync(string sql, DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await TryAsync(sql, _length, cancellationToken))
            {
                return true;
            }
            if (time.GetUtcNow() >= until)
            {
                return false;
            }
            // Random, so as not to keep step with the readers; longer when only the end of a transaction helps.
            var pause = Min(_length * 3, LongestPause) * (0.5 + Random.Shared.NextDouble());
            await Task.Delay(pause, time, cancellationToken);
            _length = Min(_length * 1.5, LongestTry);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private Task<bool> TryAsync(string sql, TimeSpan length, CancellationToken cancellationToken) =>
        LockTry.RunAsync(connection, async (_, token) =>
        {
            await lease.VerifyAsync(connection, token);
            await connection.ExecuteBatchAsync(
                [NoFlush, Cluster.ViewsOnly(connection), MartViews.LivePath, LockTry.Limit(length), sql], token);
        }, cancellationToken);
}
