using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>
/// What models read, without rows: temporary tables made from the contract, and temporary views of the models. They are
/// seen by one connection only, and gone with its transaction.
/// </summary>
internal static class EmptyTables
{
    /// <summary>
    /// The source tables and their histories, in a search path that finds nothing but temporary tables. Needs a
    /// transaction. Also for a role whose transactions only read unless they ask for more: what is made here is gone at
    /// their end.
    /// </summary>
    /// <exception cref="ConfigurationException">This role, or this server, makes no temporary tables.</exception>
    public static async Task CreateSourcesAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, CancellationToken cancellationToken)
    {
        try
        {
            string[] settings = ["set transaction read write", "set local search_path to pg_temp"];
            await connection.ExecuteAsync(
                string.Join(";\n", settings.Concat(catalogue.Sources.SelectMany(TablesOf)
                    .Select(table => $"create temp table {table.Name} ({table.Columns})"))), null, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InsufficientPrivilege
            or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            throw new ConfigurationException(
                "Greenery:Warehouse",
                $"models and checks cannot be verified: {exception.MessageText}. Expected a server that is no standby, "
                + $"and a role that may make temporary tables (grant temporary on database "
                + $"{SqlText.Name(connection.Database)} to {connection.UserName}). 'greenery validate --offline' "
                + "verifies what the files tell.");
        }
    }

    /// <summary>The statement that makes the view of a model; what it reads has to be there.</summary>
    public static string CreateView(Model model) =>
        $"create temp view {SqlText.Name(model.Name)} as {model.SqlSince(0)}";

    /// <summary>The tables that models may read of a source, quoted, and the definitions of their columns.</summary>
    public static IEnumerable<(string Name, string Columns)> TablesOf(SourceTable table)
    {
        yield return Table(table.Name, table.Columns, "_extra jsonb, _drop_id bigint, _load_seq bigint"
            + (table.Snapshot is null ? "" : ", _gone_since date"));
        if (table.HasHistory)
        {
            var columns = table.Columns.Where(column =>
                table.PrimaryKey.Contains(column.Name) || table.History.Contains(column.Name));
            yield return Table(
                table.HistoryName, columns, string.Join(", ", SourceTable.Validity.Select(name => $"{name} date")));
        }
    }

    private static (string Name, string Columns) Table(string name, IEnumerable<SourceColumn> columns, string added) =>
        (SqlText.Name(name), string.Join(
            ", ", columns.Select(column => $"{SqlText.Name(column.Name)} {column.Type.Sql}").Append(added)));
}
