using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Greenery.Sources;

/// <summary>
/// A mapping of a property file (.yml), read strictly: an unknown key is a fault, with file and line. Faults are
/// collected, so that one pass reports them all. Call <see cref="Finish"/> when all keys were asked for.
/// </summary>
public sealed class PropertyMap
{
    private readonly string _file;
    private readonly YamlMappingNode _node;
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    // Only when it is read for the sake of its shape; else null.
    private readonly PropertyShape? _shape;

    private PropertyMap(
        string file, YamlMappingNode node, ICollection<Diagnostic> diagnostics, PropertyShape? shape) =>
        (_file, _node, _diagnostics, _shape) = (file, node, diagnostics, shape);

    /// <summary>File and line, for messages.</summary>
    public string Place => PlaceOf(_node);

    /// <summary>The keys that are there, in order.</summary>
    public IEnumerable<string> Keys => _node.Children.Keys.Select(Scalar);

    /// <summary>Reads a file; null, with a fault, when it is not there or is no YAML mapping.</summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="name">How messages call it: <c>sql/core/core.yml</c>.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    public static PropertyMap? Read(string path, string name, ICollection<Diagnostic> diagnostics) =>
        Create(name, Root(path, name, "", diagnostics), diagnostics);

    /// <summary>Reads a file that has a key at its top; null, without a fault, for any other one.</summary>
    /// <param name="path">Where the file is.</param>
    /// <param name="name">How messages call it: <c>sql/core/core.yml</c>.</param>
    /// <param name="key">The key.</param>
    /// <param name="diagnostics">Takes what is found wrong in it later.</param>
    internal static PropertyMap? ReadWith(
        string path, string name, string key, ICollection<Diagnostic> diagnostics) =>
        Root(path, name, key, []) is { } root && Find(root, key) is not null ? Create(name, root, diagnostics) : null;

    private static PropertyMap? Create(string name, YamlMappingNode? root, ICollection<Diagnostic> diagnostics) =>
        root is null ? null : new PropertyMap(name, root, diagnostics, (diagnostics as PropertyShapes)?[name]);

    // To look for the word costs less than to make a tree.
    private static YamlMappingNode? Root(string path, string name, string word, ICollection<Diagnostic> diagnostics)
    {
        try
        {
            if (Utf8File.Read(path, name, diagnostics) is not { } text
                || !text.Contains(word, StringComparison.Ordinal))
            {
                return null;
            }
            if (YamlShape.FirstFault(text, name) is { } fault)
            {
                diagnostics.Add(fault);
                return null;
            }
            using var reader = new StringReader(text);
            var yaml = new YamlStream();
            yaml.Load(reader);
            if (yaml.Documents is [{ RootNode: YamlMappingNode root }])
            {
                return root;
            }
            diagnostics.Add(
                new Diagnostic(name, "holds no YAML mapping; expected one document that begins with 'version: 2'."));
        }
        catch (YamlException exception)
        {
            diagnostics.Add(new Diagnostic(
                $"{name}:{Line(path, exception)}", $"is no valid YAML: {exception.Message.TrimEnd('.')}."));
        }
        catch (IOException exception)
        {
            diagnostics.Add(new Diagnostic(name, $"cannot be read: {exception.Message}"));
        }
        return null;
    }

    // YamlDotNet tells of a tab with the line on which the mapping around it begins.
    private static long Line(string path, YamlException exception)
    {
        var tab = exception.Message.Contains("invalid tab", StringComparison.Ordinal)
            ? File.ReadLines(path).Index().FirstOrDefault(x => x.Item.TrimStart(' ').StartsWith('\t')) : default;
        return tab.Item is null ? exception.Start.Line : tab.Index + 1;
    }

    /// <summary>A text, or null when the key is absent.</summary>
    public string? Text(string key, string expected = "a text") => Find(key, PropertyForm.Text) switch
    {
        null => null,
        YamlScalarNode scalar => scalar.Value,
        var other => Wrong<string>(other, key, expected),
    };

    /// <summary>A text that must be there; <c>""</c>, with a fault, when it is not.</summary>
    public string RequiredText(string key)
    {
        var text = Text(key);
        if (string.IsNullOrWhiteSpace(text))
        {
            _diagnostics.Add(new Diagnostic(Place, $"has no '{key}'; expected one."));
        }
        return text ?? "";
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string key, bool otherwise = false, string expected = "true or false")
    {
        switch (Find(key, PropertyForm.Flag))
        {
            case null:
                return otherwise;
            case YamlScalarNode { Value: "true" or "false" } scalar:
                return scalar.Value == "true";
            case var other:
                Wrong<string>(other, key, expected);
                return otherwise;
        }
    }

    /// <summary>A number, or null when the key is absent.</summary>
    public decimal? Number(string key)
    {
        var node = Find(key, PropertyForm.Number);
        if (node is null)
        {
            return null;
        }
        if (decimal.TryParse((node as YamlScalarNode)?.Value, NumberStyles.Float, CultureInfo.InvariantCulture,
            out var number))
        {
            return number;
        }
        Wrong<string>(node, key, "a number");
        return null;
    }

    /// <summary>A list of texts; a single text counts as a list of one.</summary>
    public IReadOnlyList<string> Texts(string key) => Find(key, PropertyForm.Texts) switch
    {
        null => [],
        YamlScalarNode scalar => [Scalar(scalar)],
        YamlSequenceNode list when list.All(item => item is YamlScalarNode) => [.. list.Select(Scalar)],
        var other => Wrong<string[]>(other, key, "a text or a list of texts") ?? [],
    };

    /// <summary>A text with its place, or null when the key is absent.</summary>
    public SourceReference? Reference(string key, string expected = "a text") =>
        Text(key, expected) is { } text ? new SourceReference(text, PlaceOfKey(key)) : null;

    /// <summary>The place of a key's value; of the mapping when the key is absent.</summary>
    public string PlaceOfKey(string key) => PlaceOf(Find(key) ?? _node);

    /// <summary>As <see cref="Texts"/>, each with its place.</summary>
    public IReadOnlyList<SourceReference> References(string key) =>
        Find(key, PropertyForm.Texts) is YamlSequenceNode list && list.All(item => item is YamlScalarNode)
        ? [.. list.Select(item => new SourceReference(Scalar(item), PlaceOf(item)))]
        : [.. Texts(key).Select(text => new SourceReference(text, PlaceOf(Find(key)!)))];

    /// <summary>Whether the key is there and holds something.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Whether the key is there and holds a mapping.</summary>
    public bool HasMap(string key) => Find(key, PropertyForm.Map) is YamlMappingNode;

    /// <summary>A mapping below this one; null when the key is absent.</summary>
    public PropertyMap? Map(string key) => Find(key, PropertyForm.Map) switch
    {
        null => null,
        YamlMappingNode map => Below(map, _shape?.Below(key)),
        var other => Wrong<PropertyMap>(other, key, "a mapping"),
    };

    /// <summary>A list of mappings; empty when the key is absent.</summary>
    public IEnumerable<PropertyMap> Maps(string key) => Items(key, PropertyForm.Maps)
        .Select(item => item as YamlMappingNode ?? Wrong<YamlMappingNode>(item, key, "a list of mappings"))
        .OfType<YamlMappingNode>()
        .Select(map => Below(map, _shape?.Below(key)));

    /// <summary>
    /// A list whose items are a bare name (<c>- unique</c>), a name with a mapping (<c>- unique: {...}</c>), or, as dbt
    /// has it too, a mapping with <c>test_name</c>.
    /// </summary>
    public IEnumerable<(string Name, PropertyMap Map)> NamedMaps(string key)
    {
        foreach (var item in Items(key, PropertyForm.NamedMaps))
        {
            switch (item)
            {
                case YamlScalarNode { Value: { Length: > 0 } name }:
                    yield return (name, Below(new YamlMappingNode(), item, Shape(key, name)));
                    break;
                case YamlMappingNode named when named.Children.TryGetValue("test_name", out var testName):
                    yield return (Scalar(testName), Below(named, shape: null).Allow("test_name"));
                    break;
                case YamlMappingNode { Children: [var only] } when YamlJson.IsNull(only.Value):
                    yield return (
                        Scalar(only.Key), Below(new YamlMappingNode(), only.Key, Shape(key, Scalar(only.Key))));
                    break;
                case YamlMappingNode { Children: [var only] } when only.Value is YamlMappingNode map:
                    yield return (Scalar(only.Key), Below(map, only.Key, Shape(key, Scalar(only.Key))));
                    break;
                default:
                    Wrong<string>(
                        item, key, "a list of names, each alone or with a mapping ('- unique' or '- unique: {...}')");
                    break;
            }
        }
    }

    /// <summary>A mapping with other values at the same place, for what is meant by a key of this one.</summary>
    public PropertyMap With(params ReadOnlySpan<(string Key, string Value)> values)
    {
        var map = new YamlMappingNode();
        foreach (var (key, value) in values)
        {
            map.Add(key, value);
        }
        return Below(map, PlaceNode ?? _node, shape: null);
    }

    /// <summary>As <see cref="With"/>, with one key that holds a list.</summary>
    public PropertyMap WithTexts(string key, IEnumerable<string> values)
    {
        var list = new YamlSequenceNode(values.Select(value => new YamlScalarNode(value)));
        return Below(new YamlMappingNode(new YamlScalarNode(key), list), PlaceNode ?? _node, shape: null);
    }

    /// <summary>Marks a key as known whose value is not used (dbt's own keys).</summary>
    public PropertyMap Allow(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            Ask(key, PropertyForm.Any);
        }
        return this;
    }

    /// <summary>
    /// The keys that are there, each with its place and its value as SQL takes it: null, a text, or the JSON of a list
    /// or mapping.
    /// </summary>
    public IEnumerable<(string Key, string Place, string? Text, bool IsJson)> Values() =>
        _node.Children.Select(pair => (
            Scalar(pair.Key), PlaceOf(pair.Value),
            pair.Value is not YamlScalarNode scalar ? YamlJson.Of(pair.Value)
                : YamlJson.IsNull(scalar) ? null : scalar.Value,
            pair.Value is not YamlScalarNode));

    /// <summary>The place of a line of a key's text; <c>rows: |</c> has its first line below the key.</summary>
    /// <param name="key">A key that holds a text.</param>
    /// <param name="line">From 0.</param>
    public string PlaceOfLine(string key, int line) => Find(key) is YamlScalarNode { Style: ScalarStyle.Literal } text
        ? $"{_file}:{text.Start.Line + 1 + line}"
        : PlaceOf(Find(key) ?? _node);

    /// <summary>
    /// Refuses a key that others know and that cannot mean the same here. It is not among the keys that are expected.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="why">The rest of the sentence: what to do instead.</param>
    public PropertyMap Forbid(string key, string why)
    {
        if (_node.Children.Keys.FirstOrDefault(each => Scalar(each) == key) is { } found)
        {
            _refused.Add(key);
            _diagnostics.Add(new Diagnostic(PlaceOf(found), $"'{key}' {why}"));
        }
        return this;
    }

    /// <summary>
    /// Refuses what is nearly one of some keys, in a mapping whose other keys are for other tools: a slip.
    /// </summary>
    /// <param name="name">What messages call the mapping: meta.</param>
    /// <param name="known">The keys.</param>
    public void RefuseSlips(string name, IReadOnlyCollection<string> known)
    {
        foreach (var key in Keys.Where(key => !known.Contains(key) && Suggestion.For(key, known) is not null))
        {
            Refuse($"unknown key '{key}' in {name}.{Suggestion.Sentence(key, known)}");
        }
    }

    /// <summary>Adds a fault at this place.</summary>
    public void Refuse(string message) => _diagnostics.Add(new Diagnostic(Place, message));

    /// <summary>Adds a fault at the place of one of its values.</summary>
    public void RefuseAt(string place, string message) => _diagnostics.Add(new Diagnostic(place, message));

    /// <summary>Adds a fault for every key that was not asked for.</summary>
    public void Finish()
    {
        _shape?.Close();
        foreach (var key in _node.Children.Keys.Where(key =>
            !_asked.Contains(Scalar(key)) && !_refused.Contains(Scalar(key))))
        {
            var known = _asked.Order(StringComparer.Ordinal).ToArray();
            _diagnostics.Add(new Diagnostic(
                PlaceOf(key),
                $"unknown key '{Scalar(key)}'; expected {string.Join(", ", known)}."
                    + $"{Suggestion.Sentence(Scalar(key), known)}"));
        }
    }

    private YamlSequenceNode Items(string key, PropertyForm form) => Find(key, form) switch
    {
        null => [],
        YamlSequenceNode list => list,
        var other => Wrong<YamlSequenceNode>(other, key, "a list") ?? [],
    };

    private void Ask(string key, PropertyForm form)
    {
        _asked.Add(key);
        _shape?.Note(key, form);
    }

    private PropertyShape? Shape(string key, string name) => _shape?.BelowNamed(key, name);

    private YamlNode? Find(string key, PropertyForm form = PropertyForm.Any)
    {
        Ask(key, form);
        return Find(_node, key);
    }

    private static YamlNode? Find(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var value) && !YamlJson.IsNull(value) ? value : null;

    private T? Wrong<T>(YamlNode node, string key, string expected)
        where T : class
    {
        _diagnostics.Add(new Diagnostic(PlaceOf(node), $"'{key}' holds {Kind(node)}; expected {expected}."));
        return null;
    }

    private PropertyMap Below(YamlMappingNode map, PropertyShape? shape) => new(_file, map, _diagnostics, shape);

    // A bare name has no mapping of its own; the place is then the name's.
    private PropertyMap Below(YamlMappingNode map, YamlNode place, PropertyShape? shape) =>
        new(_file, map, _diagnostics, shape) { PlaceNode = place };

    private YamlNode? PlaceNode { get; init; }

    private string PlaceOf(YamlNode node) => $"{_file}:{(node == _node ? PlaceNode ?? node : node).Start.Line}";

    private static string Scalar(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";

    private static string Kind(YamlNode node) => node switch
    {
        YamlScalarNode scalar => $"'{scalar.Value}'",
        YamlSequenceNode => "a list",
        _ => "a mapping",
    };
}
