using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>An index on a model's table, for those who query it (<c>config: indexes</c>, in dbt's format).</summary>
/// <param name="Columns">Its columns, in order.</param>
/// <param name="IsUnique">Whether no two rows may have the same values; tables only.</param>
/// <param name="Type">btree, hash, gin, gist, brin or spgist; btree by default.</param>
public sealed record ModelIndex(IReadOnlyList<string> Columns, bool IsUnique, string Type)
{
    private static readonly string[] Types = ["btree", "hash", "gin", "gist", "brin", "spgist"];

    /// <summary>All of a model's configuration; what is wrong is added.</summary>
    public static IReadOnlyList<ModelIndex> ReadAll(PropertyMap config) => [.. config.Maps("indexes").Select(Read)];

    private static ModelIndex Read(PropertyMap map)
    {
        var index = new ModelIndex(map.Texts("columns"), map.Flag("unique"), map.Text("type") ?? "btree");
        if (index.Columns.Count == 0)
        {
            map.Refuse("an index has no 'columns'; expected a list of columns ({columns: [order_date]}).");
        }
        if (!Types.Contains(index.Type))
        {
            map.Refuse($"'type: {index.Type}' is no type of index; expected {string.Join(", ", Types)}."
                + Suggestion.Sentence(index.Type, Types));
        }
        map.Finish();
        return index;
    }

    /// <summary>The statement that builds it.</summary>
    /// <param name="table">Quoted, with its schema.</param>
    internal string Create(string table) =>
        $"create {(IsUnique ? "unique " : "")}index on {table} using {Type} ({SqlText.Names(Columns)})";

    internal string Describe() => $"{Type} {(IsUnique ? "unique " : "")}{string.Join(',', Columns)}";
}
