namespace Greenery.Sources;

/// <summary>What a reader takes for the value of a key.</summary>
public enum PropertyForm
{
    /// <summary>It looks whether the key is there, or does not use it.</summary>
    Any,

    /// <summary>A text or a number.</summary>
    Text,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text, or a list of texts.</summary>
    Texts,

    /// <summary>A mapping.</summary>
    Map,

    /// <summary>A list of mappings.</summary>
    Maps,

    /// <summary>A list of names, each alone or with a mapping.</summary>
    NamedMaps,
}

/// <summary>The keys that readers ask a mapping of property files for: what a schema of the files has.</summary>
public sealed class PropertyShape
{
    private readonly SortedDictionary<string, SortedSet<PropertyForm>> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PropertyShape> _below = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PropertyShape> _named = new(StringComparer.Ordinal);

    /// <summary>The keys, each with the forms that its value may have.</summary>
    public IReadOnlyDictionary<string, SortedSet<PropertyForm>> Keys => _keys;

    /// <summary>Whether a reader refuses all other keys.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>In a list of names: the mapping of each name that was read.</summary>
    public IReadOnlyDictionary<string, PropertyShape> Named => _named;

    /// <summary>The mapping, or the mappings of the list, at a key.</summary>
    public PropertyShape Below(string key) => Child(_below, key);

    internal PropertyShape BelowNamed(string key, string name) => Child(Below(key)._named, name);

    internal void Note(string key, PropertyForm form)
    {
        if (!_keys.TryGetValue(key, out var forms))
        {
            _keys.Add(key, forms = []);
        }
        forms.Add(form);
    }

    internal void Close() => IsClosed = true;

    private static PropertyShape Child(IDictionary<string, PropertyShape> children, string key)
    {
        if (!children.TryGetValue(key, out var child))
        {
            children.Add(key, child = new PropertyShape());
        }
        return child;
    }
}
