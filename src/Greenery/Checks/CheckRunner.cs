using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Evaluates the checks of one model: the row rules in one scan, each set rule by a query of its own.
/// </summary>
public sealed class CheckRunner(PostgresWarehouse warehouse)
{
    /// <summary>Failing rows kept per check.</summary>
    public const int OffendersKept = 20;

    /// <summary>How the message of a check ends that saw no row.</summary>
    public const string NoRow = "there was no row to look at";

    /// <summary>The results, in the order of the checks. Nothing is written.</summary>
    /// <param name="target">Which rows are looked at.</param>
    /// <param name="checks">Checks of one model.</param>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(
        CheckTarget target, IReadOnlyList<Check> checks, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync($"set search_path to {target.SearchPath}", null, cancellationToken);
        checks = [.. checks.Select(check => check with { Rule = target.RuleOf(check) })];
        if (Cluster.Has(connection))
        {
            checks = [.. checks.Select(check => check.OnCluster())];
        }
        var counted = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var scan in checks.Where(check => check.Rule is RowCheckRule or StatisticRule)
            .GroupBy(check => check.Rule is RowCheckRule && IsFollowed(target, check)))
        {
            foreach (var (id, numbers) in scan.Key
                ? await ScanChangesAsync(connection, target.Changes!, [.. scan], cancellationToken)
                : await ScanAsync(connection, target.AllRows, [.. scan], cancellationToken))
            {
                counted.Add(id, numbers);
            }
        }
        var results = new List<CheckResult>();
        foreach (var check in checks)
        {
            results.Add(await EvaluateAsync(
                connection, target, check, counted.GetValueOrDefault(check.Id), cancellationToken));
        }
        return results;
    }

    private static bool IsFollowed(CheckTarget target, Check check) =>
        target.Changes is { } changes && changes.Counts.ContainsKey(check.Id);

    // Per check: rows looked at, rows failing, and those failing among the rows that are new.
    private static async Task<Dictionary<string, double[]>> ScanChangesAsync(
        NpgsqlConnection connection, RowChanges changes, List<Check> checks, CancellationToken cancellationToken)
    {
        var added = await ScanAsync(connection, changes.Added, checks, cancellationToken);
        var removed = await ScanAsync(connection, changes.Removed, checks, cancellationToken);
        return checks.Where(check => added.ContainsKey(check.Id) && removed.ContainsKey(check.Id)).ToDictionary(
            check => check.Id,
            check => (changes.Counts[check.Id], added[check.Id], removed[check.Id]) is var (before, plus, minus)
                ? new[] { before.LookedAt + plus[0] - minus[0], before.Failing + plus[1] - minus[1], plus[1] } : [],
            StringComparer.Ordinal);
    }

    // When the scan fails (a division by zero, say), the failing rule is not known: each check then runs by itself.
    private static async Task<Dictionary<string, double[]>> ScanAsync(
        NpgsqlConnection connection, string table, List<Check> checks, CancellationToken cancellationToken)
    {
        var numbers = new Dictionary<string, double[]>(StringComparer.Ordinal);
        try
        {
            var all = await connection.ExecuteScalarAsync<double[]>(
                CheckSql.Scan(table, checks), null, cancellationToken);
            var at = 0;
            foreach (var check in checks)
            {
                var end = at + CheckSql.NumbersOf(check);
                numbers.Add(check.Id, all![at..end]);
                at = end;
            }
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            numbers.Clear();
        }
        return numbers;
    }

    private static async Task<CheckResult> EvaluateAsync(
        NpgsqlConnection connection, CheckTarget target, Check check, double[]? numbers,
        CancellationToken cancellationToken)
    {
        try
        {
            return check.Rule switch
            {
                SetCheckRule rule => await JudgeAsync(
                    connection, check, await CountAsync(connection, target, check, rule, cancellationToken),
                    cancellationToken),
                StatisticRule or MetricRule when target.Day is null =>
                    new DayResult(null, 0, 0, "only a run compares days").ToResult(check, []),
                MetricRule => await new MetricDays(connection, target.Day.Value).JudgeAsync(check, cancellationToken),
                StatisticRule => await new ModelDays(connection, target.Day.Value).JudgeAsync(
                    check, numbers ?? await NumbersAsync(connection, target.AllRows, check, cancellationToken),
                    cancellationToken),
                _ => await JudgeAsync(
                    connection, check,
                    ToCounts(
                        target,
                        numbers ?? await NumbersAsync(connection, target.AllRows, check, cancellationToken)),
                    cancellationToken),
            };
        }
        // Columns of other types are distributed otherwise, though by the same names.
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.FeatureNotSupported
            && Cluster.Has(connection) && check.OnAllNodes() is { } everywhere)
        {
            return await EvaluateAsync(connection, target, everywhere, numbers, cancellationToken);
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            var message = $"{check.Id} ({check.Place}) could not be evaluated: {PostgresMessage.Of(exception)}.";
            return new CheckResult(check, CheckStatus.Error, 0, 0, message, []);
        }
    }

    private static async Task<CheckResult> JudgeAsync(
        NpgsqlConnection connection, Check check, Counts counts, CancellationToken cancellationToken)
    {
        var (lookedAt, failing, numbers, table) = counts;
        var status = check.Judge(lookedAt, failing);
        var offenders = status is CheckStatus.Fail or CheckStatus.Warn && failing > 0
            ? await OffendersAsync(connection, table, check, cancellationToken)
            : [];
        var found = offenders.Count > 0
            ? await FoundValues.DescribeAsync(connection, table, check, cancellationToken) : "";
        return new CheckResult(
            check, status, lookedAt, failing, Sentence(check, status, counts) + found, offenders)
        {
            Counted = check.Rule is SetCheckRule { KeepsCount: true } ? numbers[0] : null,
        };
    }

    private static async Task<double[]> NumbersAsync(
        NpgsqlConnection connection, string table, Check check, CancellationToken cancellationToken) =>
        (await connection.ExecuteScalarAsync<double[]>(CheckSql.Scan(table, [check]), null, cancellationToken))!;

    private static Counts ToCounts(CheckTarget target, double[] numbers) =>
        new((long)numbers[0], (long)numbers[1], [], HasAll(target, numbers) ? target.Changes!.Added : target.AllRows);

    // Whether the new rows are all that fail.
    private static bool HasAll(CheckTarget target, double[] numbers) =>
        target.Changes is not null && numbers.Length > 2 && numbers[1] <= numbers[2];

    private static async Task<List<string>> OffendersAsync(
        NpgsqlConnection connection, string table, Check check, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<string>(
            CheckSql.Offenders(table, check, OffendersKept), null, cancellationToken);
        return [.. rows.Select(row => FailingRowText.Of(row, check.ShownRows.Personal))];
    }

    private static async Task<Counts> CountAsync(
        NpgsqlConnection connection, CheckTarget target, Check check, SetCheckRule rule,
        CancellationToken cancellationToken)
    {
        // Rows that are on other nodes are sent to all for each question, so that one is better than three.
        if (IsFollowed(target, check) && rule is { Related: { } related, Named: "" })
        {
            return await CountChangesAsync(connection, target, check, rule, related, cancellationToken);
        }
        if (IsFollowed(target, check) && rule.Columns.Count > 0)
        {
            var before = target.Changes!.Counts[check.Id];
            var more = await CountAsync(
                connection, target.Changes.Repeated(rule, check.Where), cancellationToken);
            return new Counts(before.LookedAt + more[0], before.Failing + more[1], [], target.AllRows);
        }
        var counts = await CountAsync(connection, CheckSql.Count(target.AllRows, check), cancellationToken);
        return new Counts(counts[0], counts[1], counts[2..], target.AllRows);
    }

    private static async Task<Counts> CountChangesAsync(
        NpgsqlConnection connection, CheckTarget target, Check check, SetCheckRule rule, RelatedRows related,
        CancellationToken cancellationToken)
    {
        var changes = target.Changes!;
        var before = changes.Counts[check.Id];
        var added = await CountAsync(connection, CheckSql.Count(changes.Added, check), cancellationToken);
        var removed = await CountAsync(
            connection,
            CheckSql.Count(changes.Removed, check with { Rule = rule with { Named = changes.ParentBefore(related) } }),
            cancellationToken);
        var orphaned = await connection.ExecuteScalarAsync<long>(
            changes.Orphaned(related, check.Where), null, cancellationToken);
        var failing = before.Failing + added[1] - removed[1] + orphaned;
        return new Counts(
            before.LookedAt + added[0] - removed[0], failing, [],
            failing <= added[1] ? changes.Added : target.AllRows);
    }

    private static async Task<long[]> CountAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        (await connection.ExecuteScalarAsync<long[]>(sql, null, cancellationToken))!;

    private static string Sentence(Check check, CheckStatus status, Counts counts)
    {
        var what = $"{check.Kind} on {check.Subject}";
        return status == CheckStatus.NotEvaluated ? $"{what}: {NoRow}"
            : check.Rule is SetCheckRule { Explain: { } explain } ? $"{what}: {explain(counts.Numbers)}"
            : string.Create(CultureInfo.InvariantCulture,
                $"{what}: {counts.Failing} of {counts.LookedAt} {(counts.LookedAt == 1 ? "row fails" : "rows fail")}");
    }

    /// <param name="Rows">SQL for a table with all rows that fail.</param>
    private sealed record Counts(long LookedAt, long Failing, IReadOnlyList<long> Numbers, string Rows);
}
