using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>
/// What the property files of the marts say of models: all .yml files of a mart's folder and subfolders.
/// </summary>
/// <param name="models">The models.</param>
/// <param name="files">Mart and name of all files, those included whose name is taken by another one.</param>
internal sealed class ModelDescriptions(IReadOnlyList<Model> models, IReadOnlySet<(string Mart, string Name)> files)
{
    private readonly Dictionary<string, Model> _models =
        models.ToDictionary(model => model.Name, StringComparer.Ordinal);

    private readonly Dictionary<string, string> _described = new(StringComparer.Ordinal);
    private readonly List<PropertyMap> _unitTests = [];

    /// <summary>The items of <c>unit_tests</c> of all files.</summary>
    public IReadOnlyList<PropertyMap> UnitTests => _unitTests;

    /// <summary>The models with what the files say of them.</summary>
    public List<Model> Apply(string sqlFolder, Marts marts, ICollection<Diagnostic> diagnostics)
    {
        foreach (var mart in marts.InOrder)
        {
            foreach (var (path, name) in PropertyFiles.In(sqlFolder, mart))
            {
                if (PropertyMap.Read(path, name, diagnostics) is { } root)
                {
                    Read(root, mart);
                }
            }
        }
        VerifySections(diagnostics);
        return [.. models.Select(model => _models[model.Name])];
    }

    private void VerifySections(ICollection<Diagnostic> diagnostics)
    {
        foreach (var section in _models.Values.Where(model => model.Report is not null)
            .GroupBy(model => EnumText.Name(model.Report!.Value)).Where(section => section.Count() > 1))
        {
            diagnostics.Add(new Diagnostic(
                section.Last().File, $"is to be shown as report '{section.Key}' like {section.First().File}; expected "
                + $"one model with 'meta: {{report: {section.Key}}}'."));
        }
    }

    private void Read(PropertyMap root, string mart)
    {
        foreach (var map in root.Maps("models"))
        {
            DescribeOne(map, mart);
        }
        _unitTests.AddRange(root.Maps("unit_tests"));
        // Sources and exposures are read by their own readers, in whatever file they are.
        root.Allow("version", "sources", "exposures").Finish();
    }

    private void DescribeOne(PropertyMap map, string mart)
    {
        var name = map.RequiredText("name");
        var isElsewhere = _models.TryGetValue(name, out var other) && other.Mart != mart;
        if (name.Length == 0 || (isElsewhere && files.Contains((mart, name))))
        {
            // The missing name, or the file whose name is taken, is a fault already.
            return;
        }
        if (!_models.TryGetValue(name, out var model) || model.Mart != mart)
        {
            var known = _models.Values.Where(other => other.Mart == mart).Select(other => other.Name);
            map.Refuse($"describes '{name}', but there is no sql/{mart}/{name}.sql.{Suggestion.Sentence(name, known)}");
        }
        else if (!_described.TryAdd(name, map.Place))
        {
            map.Refuse($"model '{name}' is already described at {_described[name]}.");
        }
        else
        {
            _models[name] = ModelProperties.Apply(model, map);
        }
    }
}
