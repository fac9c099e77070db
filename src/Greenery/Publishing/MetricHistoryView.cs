using System.Globalization;
using System.Text.RegularExpressions;
using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// The view <c>metric_history</c> of the last mart, <c>product.metric_history</c>: what the metrics were, for readers,
/// who may not read the ledgers. Greenery makes it itself, unless an object of others has its name.
/// </summary>
internal sealed partial class MetricHistoryView(NpgsqlConnection connection, ReaderRole role)
{
    public const string Name = "metric_history";

    private readonly string _view = role.HistoryView;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(800);

    /// <summary>What the comment of one that Greenery made begins with.</summary>
    public const string Prefix = "What the metrics were for each business date, as published";

    private const string Select =
        """
        with published as (
            select distinct on (business_date) run_id, business_date, finished_at
            from ops.run
            where state in ('published', 'unchanged')
                and exists (select from ops.metric where metric.run_id = run.run_id)
            order by business_date, run_id desc
        )

        select business_date, metric, 'all_days'::text as period, null::date as from_date, null::date as to_date,
            metric.value, finished_at as published_at
        from published
        inner join ops.metric using (run_id, business_date)
        union all
        select business_date, metric, period, from_date, to_date, value, finished_at
        from published
        inner join ops.metric_period using (run_id)
        """;

    /// <summary>
    /// Makes the view where it is missing or is an earlier version's, and lets the readers' role read it then. A grant
    /// that was revoked since is not given again. A view that others lock is left to the next run.
    /// </summary>
    /// <returns>Why PostgreSQL refused it, for people; null when it did not.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeAsync(cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            return $"The view {role.Marts.InOrder[^1]}.{Name} was not brought up to date: "
            + $"{PostgresMessage.Of(exception)}";
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var there = await connection.QueryFirstOrDefaultAsync<(bool IsTaken, string? Comment, long? Reader)>(
            StateSql, new { view = _view, role = role.Name }, cancellationToken);
        var mark = $"{Prefix} ({ModelFingerprint.Hash([Select])[..12]}{Granted(there.Reader)}).";
        if (there.Comment == mark
            || (there.IsTaken && there.Comment?.StartsWith(Prefix, StringComparison.Ordinal) != true))
        {
            return;
        }
        var grant = there.Reader is not null ? $"; grant select on {_view} to {SqlText.Name(role.Name)}" : "";
        var sql = $"view {_view} as {Select}; "
            + $"comment on view {_view} is {SqlText.Literal(mark)}{grant}";
        try
        {
            await TryAsync($"create or replace {sql}", cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidTableDefinition)
        {
            // An earlier version's had other columns.
            await TryAsync($"drop view {_view}; create {sql}", cancellationToken);
        }
    }

    /// <summary>
    /// Lets a role read the view that was made after it, also one in place of a role that was dropped. A grant that was
    /// revoked since is not given again: the comment says which role had it. Nothing where it may not be given.
    /// </summary>
    public async Task GrantAsync(CancellationToken cancellationToken)
    {
        var there = await connection.QueryFirstOrDefaultAsync<(bool IsTaken, string? Comment, long? Reader)>(
            StateSql, new { view = _view, role = role.Name }, cancellationToken);
        if (there.Reader is not { } reader || there.Comment?.StartsWith(Prefix, StringComparison.Ordinal) != true
            || there.Comment.EndsWith($"{Granted(reader)}).", StringComparison.Ordinal))
        {
            return;
        }
        var mark = GrantedTo().Replace(there.Comment, $"{Granted(reader)}).");
        await connection.ExecuteAsync(
            $"""
            do $$
            begin
                grant select on {_view} to {SqlText.Name(role.Name)};
                comment on view {_view} is {SqlText.Literal(mark)};
            exception when insufficient_privilege or undefined_table then null;
            end
            $$
            """, null, cancellationToken);
    }

    private const string StateSql =
        """
        select to_regclass(@view) is not null, obj_description(to_regclass(@view), 'pg_class'),
            (select oid::bigint from pg_roles where rolname = @role)
        """;

    private static string Granted(long? reader) =>
        reader is null ? ", not granted" : string.Create(CultureInfo.InvariantCulture, $", granted to {reader}");

    [GeneratedRegex(@"(?:, not granted|, granted to \d+)?\)\.\z")]
    private static partial Regex GrantedTo();

    private Task<bool> TryAsync(string sql, CancellationToken cancellationToken) =>
        LockTry.RunAsync(connection, async (_, token) =>
        {
            await connection.ExecuteAsync(LockTry.Limit(LockTimeout), null, token);
            await connection.ExecuteAsync(sql, null, token);
        }, cancellationToken);
}
