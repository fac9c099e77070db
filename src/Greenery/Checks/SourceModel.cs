using Greenery.Models;
using Greenery.Sources;
using Greenery.Staging;

namespace Greenery.Checks;

/// <summary>A source table as a check sees what it is declared on.</summary>
internal static class SourceModel
{
    /// <summary>The name of the schema, where a model has its mart.</summary>
    public const string Schema = "staging";

    public static Model Of(SourceTable source) => new()
    {
        Name = source.Name,
        Mart = Schema,
        File = SourceCatalogue.FileName,
        Sql = "",
        Description = source.Description,
        Columns =
        [
            .. source.Columns.Select(column =>
                new ModelColumn(column.Name, column.Description, column.IsPersonal, source.Place)),
            // What the contract does not know may be a person's where other columns are.
            .. source.HasPersonalColumns
                ? [new ModelColumn(StagingTable.Extra, "", IsPersonal: true, source.Place)]
                : Array.Empty<ModelColumn>(),
        ],
        Ownership = source.Ownership,
        Tags = source.Tags,
        Distribution = source.Distribution,
    };
}
