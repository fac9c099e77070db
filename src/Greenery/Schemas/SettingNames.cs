namespace Greenery.Schemas;

/// <summary>The settings that readers ask for, in a tree.</summary>
internal sealed class SettingNames
{
    private readonly SortedDictionary<string, SettingNames> _below = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether its value is read.</summary>
    public bool IsValue { get; private set; }

    /// <summary>What is below it, by name.</summary>
    public IReadOnlyDictionary<string, SettingNames> Below => _below;

    /// <summary>A place below it; made when it is not there yet.</summary>
    public SettingNames this[string path] => path.Split(':').Aggregate(this, (names, name) => names.Child(name));

    public void NoteValue() => IsValue = true;

    private SettingNames Child(string name)
    {
        if (!_below.TryGetValue(name, out var child))
        {
            _below.Add(name, child = new SettingNames());
        }
        return child;
    }
}
