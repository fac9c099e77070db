using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.UnitTests;

/// <summary>Fills a temporary table with rows of a unit test; what does not fit is a diagnostic.</summary>
/// <param name="connection">In the transaction of the tables.</param>
/// <param name="table">The table.</param>
/// <param name="columns">Its columns.</param>
/// <param name="owner">What has the columns, for messages: <c>orders</c>.</param>
/// <param name="personal">Columns whose values are not shown.</param>
internal sealed class TestRowsTable(
    NpgsqlConnection connection, string table, IReadOnlyList<TestTableColumn> columns, string owner,
    IReadOnlyCollection<string> personal)
{
    private const string Selected = "_selected";

    /// <summary>Adds the rows.</summary>
    /// <param name="rows">The rows; columns that they do not name are null.</param>
    /// <param name="added">Columns with the SQL of their value, where the rows do not name them.</param>
    /// <param name="diagnostics">Takes what does not fit.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <returns>The columns that the rows name.</returns>
    public async Task<IReadOnlyList<string>> FillAsync(
        TestRows rows, IReadOnlyDictionary<string, string> added, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        if (rows.Select is not null)
        {
            return await FillFromSelectAsync(rows, added, diagnostics, cancellationToken);
        }
        var named = rows.Columns.Select(column => column.Name).ToList();
        var unknown = rows.Columns.Where(column => Find(column.Name) is null).ToList();
        foreach (var column in unknown)
        {
            diagnostics.Add(Unknown(column.Name, column.Place));
        }
        if (unknown.Count > 0 || rows.Rows.Count == 0 || Lists(rows, diagnostics))
        {
            return named;
        }
        var extra = added.Where(column => !named.Contains(column.Key)).ToList();
        var into = SqlText.Names(named.Concat(extra.Select(column => column.Key)));
        var values = rows.Rows.Select(row =>
            $"({string.Join(", ", row.Select((value, i) => Sql(value, i, rows)).Concat(extra.Select(x => x.Value)))})");
        var insert = into.Length == 0
            ? string.Join(";\n", rows.Rows.Select(_ => $"insert into pg_temp.{SqlText.Name(table)} default values"))
            : $"insert into pg_temp.{SqlText.Name(table)} ({into}) values {string.Join(",\n", values)}";
        var refused = await Savepoint.TryAsync(connection, insert, cancellationToken);
        await FindUnfitAsync(rows, refused, diagnostics, cancellationToken);
        return named;
    }

    private async Task<IReadOnlyList<string>> FillFromSelectAsync(
        TestRows rows, IReadOnlyDictionary<string, string> added, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var create = $"create temp table {Selected} as {rows.Select}";
        if (await Savepoint.TryAsync(connection, create, cancellationToken) is { } refused)
        {
            diagnostics.Add(new Diagnostic(rows.Place, $"PostgreSQL refuses its rows: {PostgresMessage.Of(refused)}."));
            return [];
        }
        var named = (await TestTableColumn.ReadAsync(connection, Selected, cancellationToken))
            .ConvertAll(column => column.Name);
        foreach (var unknown in named.Where(name => Find(name) is null))
        {
            diagnostics.Add(Unknown(unknown, rows.Place));
        }
        if (named.TrueForAll(name => Find(name) is not null))
        {
            var extra = added.Where(column => !named.Contains(column.Key)).ToList();
            var values = named.Select(name => $"{SqlText.Name(name)}::{Find(name)!.FullType}")
                .Concat(extra.Select(x => x.Value));
            var insert = $"insert into pg_temp.{SqlText.Name(table)} "
                + $"({SqlText.Names(named.Concat(extra.Select(x => x.Key)))}) "
                + $"select {string.Join(", ", values)} from pg_temp.{Selected}";
            if (await Savepoint.TryAsync(connection, insert, cancellationToken) is { } unfit)
            {
                diagnostics.Add(new Diagnostic(
                    rows.Place, $"its rows do not fit the columns of {owner}: {PostgresMessage.Of(unfit)}."));
            }
        }
        await connection.ExecuteAsync($"drop table pg_temp.{Selected}", null, cancellationToken);
        return named;
    }

    // Which values it is: PostgreSQL names none of them.
    private async Task FindUnfitAsync(
        TestRows rows, PostgresException? refused, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var before = diagnostics.Count;
        for (var i = 0; i < rows.Columns.Count; i++)
        {
            var column = Find(rows.Columns[i].Name)!;
            if (refused is null && !column.HasDigits)
            {
                continue;
            }
            foreach (var value in rows.Rows.Select(row => row[i]).Where(value => value.Text is not null))
            {
                if (!await FitsAsync(column, Sql(value, column), cancellationToken))
                {
                    diagnostics.Add(new Diagnostic(value.Place,
                        $"column '{column.Name}' of {owner} has {Shown(column, value)}, which is no {column.FullType}; "
                        + "expected a value of this type."));
                }
            }
        }
        if (refused is not null && diagnostics.Count == before)
        {
            diagnostics.Add(new Diagnostic(
                rows.Place, $"its rows do not fit the columns of {owner}: {PostgresMessage.Of(refused)}."));
        }
    }

    private async Task<bool> FitsAsync(TestTableColumn column, string value, CancellationToken cancellationToken)
    {
        // By a table, as an explicit cast cuts off what is too long; a number that is rounded is another one.
        var same = column.HasDigits
            ? $"select 1 / (case when v = {value}::{column.Type} then 1 else 0 end) from pg_temp._probe; " : "";
        return await Savepoint.TryAsync(
            connection,
            $"create temp table _probe (v {column.FullType}) on commit drop; "
                + $"insert into pg_temp._probe values ({value}); {same}drop table pg_temp._probe",
            cancellationToken) is null;
    }

    private bool Lists(TestRows rows, ICollection<Diagnostic> diagnostics)
    {
        var wrong = rows.Rows.SelectMany(row => row.Select((value, i) => (value, Column: Find(rows.Columns[i].Name)!)))
            .Where(x => x.value.IsJson && !x.Column.IsArray && x.Column.Type is not ("json" or "jsonb")).ToList();
        foreach (var (value, column) in wrong)
        {
            diagnostics.Add(new Diagnostic(value.Place, $"column '{column.Name}' of {owner} has a list or a mapping; "
                + $"expected a value of type {column.FullType}."));
        }
        return wrong.Count > 0;
    }

    private string Sql(TestValue value, int column, TestRows rows) => Sql(value, Find(rows.Columns[column].Name)!);

    // A literal without a type is read as the column's.
    private static string Sql(TestValue value, TestTableColumn column) => value switch
    {
        { Text: null } => "null",
        { IsJson: true } when column.IsArray => "(select coalesce(array_agg(value), '{}') from "
            + $"json_array_elements_text({SqlText.Literal(value.Text)}))::{column.FullType}",
        _ => SqlText.Literal(value.Text),
    };

    private Diagnostic Unknown(string name, string place)
    {
        var known = columns.Select(column => column.Name).ToArray();
        return new Diagnostic(place, $"names column '{name}', which {owner} does not have; it has "
            + $"{string.Join(", ", known)}.{Suggestion.Sentence(name, known)}");
    }

    private string Shown(TestTableColumn column, TestValue value) =>
        personal.Contains(column.Name) ? "a value" : $"'{value.Text}'";

    private TestTableColumn? Find(string name) => columns.FirstOrDefault(column => column.Name == name);
}
