using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Keeps what checks counted of each version of incremental models (<c>ops.check_count</c>), for the run after to count
/// only what changed.
/// </summary>
/// <param name="connection">To read by.</param>
/// <param name="plan">The run's versions of all models.</param>
internal sealed class CheckCounts(NpgsqlConnection connection, IReadOnlyList<PlannedModel> plan)
{
    private readonly Dictionary<string, ModelVersion> _now =
        plan.ToDictionary(planned => planned.Model.Name, ModelVersion.Of, StringComparer.Ordinal);

    /// <summary>The target with what is known of the version readers see.</summary>
    /// <param name="target">The model's version.</param>
    /// <param name="checks">The model's checks.</param>
    /// <param name="planned">The model.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<CheckTarget> FollowAsync(
        CheckTarget target, IReadOnlyList<Check> checks, PlannedModel planned, CancellationToken cancellationToken)
    {
        var now = ModelVersion.Of(planned);
        if (planned.Model.Materialization != Materialization.Incremental)
        {
            return target;
        }
        var live = await ModelVersion.ReadLiveAsync(connection, cancellationToken);
        var followed = checks.Where(IsFollowable).ToList();
        var counted = new CountedVersion(now, followed.ToDictionary(
            check => check.Id, check => Asked(check, target.RuleOf(check), _now)));
        return target with
        {
            Counted = counted,
            Changes = live.TryGetValue(planned.Model.Name, out var before) && before.Table == now.Table
                ? new RowChanges(
                    before, now, await ReadAsync(before, Comparable(followed, target, live), cancellationToken),
                    _now.Where(x => live.ContainsKey(x.Key))
                        .ToDictionary(x => x.Key, x => (live[x.Key], x.Value), StringComparer.Ordinal))
                : null,
        };
    }

    /// <summary>Writes what was counted, in the transaction that writes the results.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, CountedVersion counted, IEnumerable<CheckResult> results,
        CancellationToken cancellationToken)
    {
        var known = results.Where(result => result.Status != CheckStatus.Error
            && counted.Asked.ContainsKey(result.Check.Id)).ToList();
        await connection.ExecuteAsync(
            """
            insert into ops.check_count (check_id, table_name, version, asked, rows_looked_at, rows_failing)
            select check_id, @Table, @Version, asked, rows_looked_at, rows_failing
            from unnest(@ids, @asked, @lookedAt, @failing) as counted (check_id, asked, rows_looked_at, rows_failing)
            on conflict (check_id, table_name, version) do update
            set
                asked = excluded.asked,
                rows_looked_at = excluded.rows_looked_at,
                rows_failing = excluded.rows_failing
            """,
            new
            {
                counted.Version.Table,
                counted.Version.Version,
                ids = known.Select(result => result.Check.Id).ToArray(),
                asked = known.Select(result => counted.Asked[result.Check.Id]).ToArray(),
                lookedAt = known.Select(result => result.LookedAt).ToArray(),
                failing = known.Select(result => result.Failing).ToArray(),
            },
            cancellationToken);
    }

    // Whether each row fails or not by itself, by the rows with its values, or by whether a row of another model is
    // there. A condition that reads a table may change for rows that stayed.
    private bool IsFollowable(Check check) => !check.NeedsAllRows && check.Rule switch
    {
        SetCheckRule { Related: { } related } => _now.ContainsKey(related.To) && check.Reads is [var only]
            && only == related.To && check.Where?.Contains("select", StringComparison.OrdinalIgnoreCase) != true,
        RowCheckRule or SetCheckRule { Columns.Count: > 0 } => check.Reads.Count == 0,
        _ => false,
    };

    // Of the model pointed to, what came and went must be known as well.
    private Dictionary<string, string> Comparable(
        IEnumerable<Check> checks, CheckTarget target, Dictionary<string, ModelVersion> live) => checks
        .Where(check => target.RuleOf(check) switch
        {
            SetCheckRule { Related.To: var to } => live.TryGetValue(to, out var before)
                && before.Table == _now[to].Table && before.Version > 0,
            var rule => rule is RowCheckRule or SetCheckRule { Columns.Count: > 0 },
        })
        .ToDictionary(check => check.Id, check => Asked(check, target.RuleOf(check), live));

    private static string Asked(Check check, CheckRule rule, Dictionary<string, ModelVersion> versions) =>
        ModelFingerprint.Hash(
        [
            rule.Sql,
            check.Where ?? "",
            rule is SetCheckRule { Related.To: var to } && versions.TryGetValue(to, out var parent)
                ? $"{parent.Table} {parent.Version}" : "",
        ]);

    private async Task<Dictionary<string, CheckCount>> ReadAsync(
        ModelVersion before, Dictionary<string, string> asked, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(string Id, long LookedAt, long Failing)>(
            """
            select check_id, rows_looked_at, rows_failing
            from ops.check_count
            inner join unnest(@ids, @asked) as wanted (check_id, asked) using (check_id, asked)
            where table_name = @Table and version = @Version
            """,
            new { ids = asked.Keys.ToArray(), asked = asked.Values.ToArray(), before.Table, before.Version },
            cancellationToken)).ToDictionary(
                row => row.Id, row => new CheckCount(row.LookedAt, row.Failing), StringComparer.Ordinal);
}
