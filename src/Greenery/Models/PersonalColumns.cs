using Greenery.Models.Sql;
using Greenery.Sources;

namespace Greenery.Models;

/// <summary>
/// Marks the columns of models that show a personal column of what they read, under any name, and finds those of which
/// the select does not tell.
/// </summary>
internal sealed class PersonalColumns
{
    private readonly Dictionary<string, SqlRelation> _relations = new(StringComparer.Ordinal);

    private PersonalColumns(IReadOnlyList<SourceTable> sources)
    {
        foreach (var source in sources.DistinctBy(source => source.Name))
        {
            _relations[source.Name] = Relation(source.Name, source.Columns);
            if (source.HasHistory)
            {
                _relations.TryAdd(source.HistoryName, Relation(source.Name, source.Columns.Where(column =>
                    source.PrimaryKey.Contains(column.Name) || source.History.Contains(column.Name))));
            }
        }
    }

    /// <summary>The models with the marks they inherit.</summary>
    /// <param name="ordered">Each after all that it reads.</param>
    /// <param name="sources">The contract.</param>
    /// <param name="warnings">Takes what a person has to decide.</param>
    public static IReadOnlyList<Model> Inherit(
        IReadOnlyList<Model> ordered, IReadOnlyList<SourceTable> sources, ICollection<Diagnostic> warnings)
    {
        var columns = new PersonalColumns(sources);
        return [.. ordered.Select(model => columns.Mark(model, warnings))];
    }

    /// <summary>The columns of a select that copy a personal column of what it reads.</summary>
    /// <param name="select">Any select over models and source tables, such as an earlier one of a model.</param>
    /// <param name="models">The project's, in their order.</param>
    /// <param name="sources">The contract.</param>
    public static IEnumerable<string> CopiedBy(
        IReadOnlyList<SqlToken> select, IReadOnlyList<Model> models, IReadOnlyList<SourceTable> sources)
    {
        var columns = new PersonalColumns(sources);
        foreach (var model in models)
        {
            columns.Mark(model, new List<Diagnostic>());
        }
        return SqlColumnTrace.Trace(select, columns._relations.GetValueOrDefault).Columns
            .Where(column => column is { IsCopy: true, Origins.Count: > 0 }).Select(column => column.Name);
    }

    private Model Mark(Model model, ICollection<Diagnostic> warnings)
    {
        var returned = SqlColumnTrace.Trace(model.Tokens, _relations.GetValueOrDefault);
        var decided = model.Columns.Where(column => column.DeclaredPersonal is not null)
            .Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var open = returned.Columns.Where(column => column.Origins.Count > 0 && !decided.Contains(column.Name))
            .ToList();
        foreach (var warning in Warnings(model, [.. open.Where(column => !column.IsCopy)],
            decided.Count == 0 ? returned.Rest : []))
        {
            warnings.Add(warning);
        }
        var marked = Mark(model, [.. open.Where(column => column.IsCopy).Select(column => column.Name).Distinct()]);
        var personal = marked.Columns.Where(column => column.IsPersonal).Select(column => column.Name)
            .ToHashSet(StringComparer.Ordinal);
        // What is not decided is reported once, where it is computed, and not again by each model that reads it.
        _relations[model.Name] = new SqlRelation(
        [
            .. returned.Columns.Select(column => column.Name).Union(marked.Columns.Select(column => column.Name))
                .Select(name => Column(model.Name, name, personal.Contains(name))),
        ], []);
        return marked;
    }

    private static Model Mark(Model model, IReadOnlyList<string> inherited) => inherited.Count == 0 ? model : model with
    {
        Columns =
        [
            .. model.Columns.Select(column =>
                inherited.Contains(column.Name) ? column with { IsPersonal = true } : column),
            .. inherited.Except(model.Columns.Select(column => column.Name))
                .Select(name => new ModelColumn(name, "", IsPersonal: true, model.File) { IsDescribed = false }),
        ],
    };

    private static IEnumerable<Diagnostic> Warnings(
        Model model, IReadOnlyList<SqlColumn> computed, IReadOnlyCollection<string> rest) =>
        computed.SelectMany(column => column.Origins).Concat(rest).Distinct().Order(StringComparer.Ordinal)
            .Select(origin => new Diagnostic(model.File,
                $"{model.Name} reads pii column {origin}; mark its columns or say `pii: false`"
                + Where([.. computed.Where(column => column.Origins.Contains(origin)).Select(column => column.Name)])));

    private static string Where(IReadOnlyList<string> columns) => columns.Count == 0
        ? ": a column that is computed from it needs `meta: {pii: true}` or `meta: {pii: false}`."
        : $": {NameList.Of(columns.Select(column => $"'{column}'"), columns.Count)} "
            + $"{(columns.Count == 1 ? "is" : "are")} computed from it and "
            + $"{(columns.Count == 1 ? "needs" : "need")} `meta: {{pii: true}}` or `meta: {{pii: false}}`.";

    private static SqlRelation Relation(string table, IEnumerable<SourceColumn> columns) =>
        new([.. columns.Select(column => Column(table, column.Name, column.IsPersonal))], []);

    private static SqlColumn Column(string table, string name, bool isPersonal) =>
        new(name, IsCopy: true, isPersonal ? [$"{table}.{name}"] : []);
}
