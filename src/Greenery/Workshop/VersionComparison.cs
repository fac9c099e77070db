using System.Globalization;
using Greenery.Models;
using Greenery.Models.Building;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Workshop;

/// <summary>Compares the rows of two selects, in no order, as often as rows occur, in one statement.</summary>
/// <param name="connection">In a transaction; it only reads.</param>
/// <param name="model">Whose rows they are.</param>
/// <param name="personal">The columns whose values are masked.</param>
internal sealed class VersionComparison(NpgsqlConnection connection, Model model, IReadOnlySet<string> personal)
{
    /// <summary>The rows of each kind that are shown.</summary>
    public const int MostShown = 10;

    // Tells rows of one key apart. No column of a model has this name.
    private const string Number = "\"#\"";

    /// <summary>Compares the columns that both have.</summary>
    /// <param name="before">The earlier select.</param>
    /// <param name="after">The later one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<VersionDifference> CompareAsync(
        string before, string after, CancellationToken cancellationToken)
    {
        var (earlier, later) = (
            await ComparableColumns.OfSelectAsync(connection, before, cancellationToken),
            await ComparableColumns.OfSelectAsync(connection, after, cancellationToken));
        var types = earlier.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        var compared = later.Where(column => types.ContainsKey(column.Name))
            .Select(column => column.Type == types[column.Name] ? column : AsText(column)).ToList();
        var key = RowIdentity.Key(model) is { Count: > 0 } names
            && names.All(name => compared.Exists(column => column.Name == name)) ? names : [];
        var rows = compared.Count == 0 ? new VersionDifference(key, 0, 0, 0, Counts([], []), [], [], [])
            : await ReadAsync(Sql(before, after, compared, key), compared, key, cancellationToken);
        var kept = compared.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        return rows with
        {
            AddedColumns = [.. later.Select(column => column.Name).Where(name => !kept.Contains(name))],
            RemovedColumns = [.. earlier.Select(column => column.Name).Where(name => !kept.Contains(name))],
            RetypedColumns = [.. later.Where(column => types.GetValueOrDefault(column.Name, column.Type) != column.Type)
                .Select(column => $"{column.Name}: {types[column.Name]} -> {column.Type}")],
        };
    }

    private static ComparableColumn AsText(ComparableColumn column) => new(
        column.Name, $"{SqlText.Name(column.Name)}::text as {SqlText.Name(column.Name)}", "text");

    // First what is equal goes, which costs the least; of the rest, rows of one key are one row that changed. Several
    // rows of one key are paired in any order, so that a key which is not unique is no obstacle.
    private string Sql(
        string before, string after, IReadOnlyList<ComparableColumn> columns, IReadOnlyList<string> key)
    {
        var select = string.Join(", ", columns.Select(column => column.Sql));
        var names = SqlText.Names(key);
        var number = key.Count == 0 ? "0" : $"row_number() over (partition by {names})";
        // A key that is null, or partly so, is the key of no other row.
        var isOne = key.Count == 0 ? "false"
            : string.Join(" and ", key.Select(SqlText.Name).Append(Number).Select(name => $"b.{name} = a.{name}"));
        string Without(string one, string other) =>
            $"""
            select *, {number} as {Number} from (
                select {select} from ({one}
                ) as version
                except all
                select {select} from ({other}
                ) as version
            ) as differing
            """;
        string Shown(string alias) => $"array[{string.Join(", ", columns.Select(column => RowIdentity.Masked(
            $"{alias}.{SqlText.Name(column.Name)}", personal.Contains(column.Name), column.Shown(alias))))}]::text[]";
        string Order(string alias) => key.Count == 0 ? Shown(alias)
            : string.Join(", ", key.Append("#").Select(name => $"{alias}.{SqlText.Name(name)}"));
        var differ = string.Join(", ", columns.Select(column =>
            $"b.{SqlText.Name(column.Name)} is distinct from a.{SqlText.Name(column.Name)}"));
        var counts = string.Join(", ", columns.Select((_, i) => $"count(*) filter (where differ[{i + 1}])"));
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            with b as materialized ({Without(before, after)}),

            a as materialized ({Without(after, before)}),

            removed as materialized (
                select {Shown("b")} as before, row_number() over (order by {Order("b")}) as place
                from b where not exists (select from a where {isOne})
            ),

            added as materialized (
                select {Shown("a")} as after, row_number() over (order by {Order("a")}) as place
                from a where not exists (select from b where {isOne})
            ),

            changed as materialized (
                select {Shown("b")} as before, {Shown("a")} as after, array[{differ}] as differ,
                    row_number() over (order by {Order("a")}) as place
                from b inner join a on {isOne}
            )

            select array[(select count(*) from removed), (select count(*) from added), (select count(*) from changed)],
                (select array[{counts}] from changed), null::boolean[], null::text[], null::text[]
            union all
            (select null, null, null, before, null from removed where place <= {MostShown} order by place)
            union all
            (select null, null, null, null, after from added where place <= {MostShown} order by place)
            union all
            (select null, null, differ, before, after from changed where place <= {MostShown} order by place)
            """);
    }

    private async Task<VersionDifference> ReadAsync(
        string sql, List<ComparableColumn> columns, IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var names = columns.ConvertAll(column => column.Name);
        var (counts, ofColumns) = (new long[3], new long[names.Count]);
        var (removed, added, changed) = (
            new List<IReadOnlyDictionary<string, string?>>(), new List<IReadOnlyDictionary<string, string?>>(),
            new List<RowChange>());
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            T? Get<T>(int i) where T : class => reader.IsDBNull(i) ? null : reader.GetFieldValue<T>(i);
            switch (Get<long[]>(0), Get<string?[]>(3), Get<string?[]>(4))
            {
                case ({ } total, _, _):
                    (counts, ofColumns) = (total, Get<long[]>(1) ?? ofColumns);
                    break;
                case (_, { } before, { } after):
                    changed.Add(Change(names, key, before, after, Get<bool[]>(2)!));
                    break;
                case (_, { } before, null):
                    removed.Add(Row(names, before));
                    break;
                case (_, null, { } after):
                    added.Add(Row(names, after));
                    break;
            }
        }
        return new VersionDifference(
            key, counts[1], counts[0], counts[2], Counts(names, ofColumns), added, removed, changed);
    }

    private static Dictionary<string, long> Counts(IReadOnlyList<string> names, long[] counts) =>
        names.Zip(counts).Where(column => column.Second > 0).OrderByDescending(column => column.Second)
            .ToDictionary(column => column.First, column => column.Second, StringComparer.Ordinal);

    private static RowChange Change(
        List<string> names, IReadOnlyList<string> key, string?[] before, string?[] after, bool[] differ) => new(
            key.ToDictionary(name => name, name => after[names.IndexOf(name)], StringComparer.Ordinal),
            [.. names.Index().Where(column => differ[column.Index])
                .Select(column => new ValueChange(column.Item, before[column.Index], after[column.Index]))]);

    private static Dictionary<string, string?> Row(IEnumerable<string> names, IEnumerable<string?> values) =>
        names.Zip(values).ToDictionary(value => value.First, value => value.Second, StringComparer.Ordinal);
}
