using Greenery.Models.UnitTests;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>Verifies that a model with a contract returns the columns that are described, of their types.</summary>
/// <param name="connection">In a transaction; has a temporary view of the model.</param>
internal sealed class ContractValidator(NpgsqlConnection connection)
{
    /// <summary>Adds what differs; a described column that is not returned is a fault of every model.</summary>
    public async Task VerifyAsync(
        Model model, ICollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var returned = await TestTableColumn.ReadAsync(connection, model.Name, cancellationToken);
        var described = model.Columns.Where(column => column.IsDescribed).ToList();
        foreach (var column in returned.Where(column => !described.Exists(other => other.Name == column.Name)))
        {
            diagnostics.Add(new Diagnostic(model.File, $"returns column '{column.Name}', which the contract of {model} "
                + "does not have; describe it, or take it out of the select."));
        }
        foreach (var column in described)
        {
            if (returned.Find(other => other.Name == column.Name) is { } found)
            {
                await VerifyTypeAsync(model, column, found, diagnostics, cancellationToken);
            }
        }
    }

    // As in dbt, digits and lengths do not count.
    private async Task VerifyTypeAsync(
        Model model, ModelColumn column, TestTableColumn found, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        if (column.DataType is not { } written)
        {
            diagnostics.Add(new Diagnostic(column.Place, $"column '{column.Name}' of {model}, which has a contract, "
                + $"has no 'data_type'; expected {found.Type}, which {model.File} returns."));
            return;
        }
        var type = SqlText.Literal(ColumnType.TryParse(written, out var known) ? known.Sql : written);
        if (await Savepoint.TryAsync(connection, $"select {type}::regtype", cancellationToken) is not null)
        {
            diagnostics.Add(new Diagnostic(column.Place, $"unknown data_type '{written}' of column '{column.Name}'; "
                + $"expected {found.Type}, which {model.File} returns."));
            return;
        }
        var isSame = await connection.ExecuteScalarAsync<bool>(
            $"select {type}::regtype = {SqlText.Literal(found.Type)}::regtype", null, cancellationToken);
        if (!isSame)
        {
            diagnostics.Add(new Diagnostic(column.Place, $"the contract of {model} has {written} for column "
                + $"'{column.Name}', and {model.File} returns {found.Type}; expected the same."));
        }
    }
}
