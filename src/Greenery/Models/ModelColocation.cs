using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>
/// What the distributions of a model and of its inputs say of its joins on a cluster. They are compared by name and, as
/// far as the files have it, by type; what the select does with them is not looked at.
/// </summary>
/// <param name="Model">The model with its mart.</param>
/// <param name="DistributedBy">The column that its rows are distributed by; null for a reference table.</param>
/// <param name="Inputs">The models and source tables that it reads; for a view, those that the view reads.</param>
public sealed record ModelColocation(string Model, string? DistributedBy, IReadOnlyList<ColocatedInput> Inputs)
{
    /// <summary>Those of all models that have something to say, in the order of the models.</summary>
    public static IReadOnlyList<ModelColocation> FindAll(ModelCatalogue catalogue) =>
        [.. catalogue.Models.Select(model => Find(catalogue, model)).OfType<ModelColocation>()];

    /// <summary>
    /// That of a model; null for a view, and for a reference table that reads only such ones, all of which is on every
    /// node.
    /// </summary>
    public static ModelColocation? Find(ModelCatalogue catalogue, Model model)
    {
        if (model.Distribution is not { } distribution)
        {
            return null;
        }
        ColocatedInput[] inputs =
        [
            .. Read(catalogue, model, null).DistinctBy(table => table.Name).Select(table => new ColocatedInput(
                table.Name, table.Distribution?.Column, PlaceOf(model, table), table.Through)),
        ];
        return distribution.IsReference && inputs.All(input => input.Place == InputPlace.EveryNode) ? null
            : new ModelColocation($"{model}", distribution.Column, inputs);
    }

    /// <summary>For people, in one line.</summary>
    public string Describe() => string.Join(' ',
    [
        $"{Model} is {(DistributedBy is null ? "a reference table" : $"distributed by {DistributedBy}")}.",
        .. Inputs.GroupBy(input => input.Place).OrderBy(place => place.Key)
            .Select(place => $"{Describe(place.Key)}: {string.Join(", ", place.Select(Describe))}."),
    ]);

    private string Describe(InputPlace place) => place switch
    {
        InputPlace.SameNode => $"On the same node, where joined by {DistributedBy}",
        InputPlace.EveryNode => "On every node",
        _ => "Rows move between nodes",
    };

    private static string Describe(ColocatedInput input)
    {
        string?[] words =
        [
            input.Place == InputPlace.OtherNodes ? $"by {input.DistributedBy}" : null,
            input.Through is { } view ? $"through {view}" : null,
        ];
        var said = string.Join(", ", words.OfType<string>());
        return said.Length == 0 ? input.Name : $"{input.Name} ({said})";
    }

    // What a model reads itself comes first: it is the nearer of two ways to one table.
    private static IEnumerable<ReadTable> Read(ModelCatalogue catalogue, Model model, string? through)
    {
        var models = model.Models.Select(name => catalogue[name])
            .ToLookup(read => read.Materialization == Materialization.View);
        return
        [
            .. models[false].Select(read => new ReadTable(
                read.Name, read.Distribution, TypeOf(read, read.Distribution?.Column), through)),
            .. model.Sources.Select(name => catalogue.Sources.First(source => source.Name == name))
                .Select(source => new ReadTable(
                    source.Name, source.Distribution, TypeOf(source, source.Distribution?.Column), through)),
            .. models[true].SelectMany(view => Read(catalogue, view, through ?? view.Name)),
        ];
    }

    private static InputPlace PlaceOf(Model model, ReadTable table) => table.Distribution switch
    {
        null or { IsReference: true } => InputPlace.EveryNode,
        { Column: var column } when column == model.Distribution?.Column
            && IsSameType(TypeOf(model, column), table.Type) => InputPlace.SameNode,
        _ => InputPlace.OtherNodes,
    };

    // The select decides the type of a model's column; most files do not say it.
    private static bool IsSameType(string? own, string? other) => own is null || other is null || own == other;

    private static string? TypeOf(Model model, string? name) =>
        ColumnType.TryParse(model.Columns.FirstOrDefault(column => column.Name == name)?.DataType ?? "", out var type)
            ? NameOf(type) : null;

    private static string? TypeOf(SourceTable source, string? name) =>
        source.Columns.FirstOrDefault(column => column.Name == name) is { } column ? NameOf(column.Type) : null;

    // Citus hashes values of a type, whatever their length; text and varchar are two.
    private static string NameOf(ColumnType type) =>
        type is { Kind: ColumnKind.Text, Precision: > 0 } ? "varchar" : new ColumnType(type.Kind).Sql;

    private sealed record ReadTable(string Name, Distribution? Distribution, string? Type, string? Through);
}
