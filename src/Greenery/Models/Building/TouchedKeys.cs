using System.Globalization;
using Greenery.Models.Planning;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Finds the keys of a model that changed rows of its inputs lead to: by what the rows say now, and by what they said
/// before.
/// </summary>
/// <param name="connection">In the model's transaction.</param>
/// <param name="planned">The model's version.</param>
internal sealed class TouchedKeys(NpgsqlConnection connection, PlannedModel planned)
{
    private readonly Model _model = planned.Model;
    private readonly string _table = SqlText.Name("warehouse", planned.TableName);
    private readonly string _key = SqlText.Names(planned.Model.RebuildKey);

    /// <summary>Leaves them in the <see cref="TouchedTable"/>, each once.</summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        var before = ReadVersionsJson.Parse(await connection.ExecuteScalarAsync<string>(
            """
            select read_versions::text from ops.run_model
            inner join ops.live using (run_id, model)
            where model = @Name
            """, new { _model.Name }, cancellationToken));
        var queries = new List<string>();
        foreach (var input in _model.Inputs)
        {
            var changed = _model.Models.Contains(input.Name)
                ? await OfModelAsync(input, before[input.Name], planned.Reads[input.Name], cancellationToken)
                : OfSource(input);
            if (changed is not null)
            {
                queries.Add(ToKeys(input, changed));
            }
        }
        var columns = $"select {_key} from {_table}";
        var keys = queries.Count == 0 ? $"{columns} where false"
            : $"select distinct * from ({string.Join("\nunion all\n", queries)}) as touched";
        await TouchedTable.CreateAsync(connection, _model, keys, cancellationToken, columns);
        if (await ClosedKeys.FindAsync(connection, _model, cancellationToken) is { } closed)
        {
            await closed.LeaveOutAsync(TouchedTable.Name, planned.Version, cancellationToken);
            await connection.ExecuteAsync($"analyze {TouchedTable.Name}", null, cancellationToken);
        }
    }

    // What the rows of a load had before is kept with the load's number.
    private string OfSource(ModelInput input)
    {
        var columns = SqlText.Names(input.FollowedColumns);
        var source = _model.Sources.First(name => name == input.Name || input.Name == SourceTable.HistoryNameOf(name));
        return string.Join("\nunion all\n", new[] { source, $"{source}_replaced" }.Select(table => string.Create(
            CultureInfo.InvariantCulture,
            $"select {columns} from {SqlText.Name("staging", table)} where _load_seq > {planned.Since}")));
    }

    private async Task<string?> OfModelAsync(
        ModelInput input, ModelVersion before, ModelVersion now, CancellationToken cancellationToken)
    {
        if (before == now)
        {
            return null;
        }
        var columns = SqlText.Names(input.FollowedColumns);
        var compared = await ComparedAsync(input, now.Table, cancellationToken);
        return before.Table != now.Table
            ? Difference(columns, before.Select(compared), now.Select(compared))
            : OfVersions(columns, compared, before.Version, now, isAny: input.Columns.Count == 0);
    }

    // Rows that came and went in between are harmless.
    private static string OfVersions(
        string columns, string compared, long before, ModelVersion now, bool isAny)
    {
        string Rows(string what, string column) => string.Create(CultureInfo.InvariantCulture,
            $"select {what} from {SqlText.Name("warehouse", now.Table)} "
            + $"where {column} > {before} and {column} <= {now.Version}");
        return isAny ? $"{Rows(columns, "_run_id")}\nunion all\n{Rows(columns, "_removed_by")}"
            : Difference(columns, Rows(compared, "_removed_by"), Rows(compared, "_run_id"));
    }

    private static string Difference(string columns, string before, string now) =>
        $"""
        select {columns} from (({before} except all {now}) union all ({now} except all {before})) as other
        """;

    /// <summary>The columns of an input whose change matters, as SQL.</summary>
    private async Task<string> ComparedAsync(ModelInput input, string table, CancellationToken cancellationToken) =>
        string.Join(", ", (await ComparableColumns.ReadAsync(
            connection, SqlText.Name("warehouse", table), cancellationToken))
            .Where(column => input.Columns.Count == 0 || input.Columns.Contains(column.Name)
                || input.FollowedColumns.Contains(column.Name))
            .Select(column => column.Sql));

    // Rows that show nothing of the input have no value to find it by.
    private string ToKeys(ModelInput input, string changed)
    {
        if (!input.IsLookup)
        {
            var columns = SqlText.Names(input.Key);
            var isKey = string.Join(" and ", input.Key.Select(column => $"{SqlText.Name(column)} is not null"));
            return $"select {columns} from ({changed}) as changed{(input.SkipsNulls ? $" where {isKey}" : "")}";
        }
        var shown = input.Lookup.Select(column => column.ModelColumn).ToList();
        var found = SqlText.Names(input.FollowedColumns);
        return $"""
            select {string.Join(", ", _model.RebuildKey.Select(column => $"base.{SqlText.Name(column)}"))}
            from (select distinct {found} from ({changed}) as changed) as changed
            inner join {_table} as base on {KeyMatch.AreEqual("base", shown, "changed", [.. input.FollowedColumns])}
            where base._removed_by is null or base._removed_by = {ModelSql.DoubleMark}
            """;
    }
}
