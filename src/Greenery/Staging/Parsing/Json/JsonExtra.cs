using Greenery.Staging.Types;

namespace Greenery.Staging.Parsing.Json;

/// <summary>The values of one object whose keys the contract does not know.</summary>
/// <param name="isPersonal">Whether keys may be a person's, so that messages mask them.</param>
internal sealed class JsonExtra(bool isPersonal) : IDisposable
{
    private readonly Dictionary<string, JsonValue> _values = new(StringComparer.Ordinal);
    private readonly ExtraJson _json = new();

    public void Clear() => _values.Clear();

    /// <summary>False when the key is there already.</summary>
    public bool TryAdd(string name, JsonValue value) => _values.TryAdd(name, value);

    public RowFault? Write(ReadOnlySpan<byte> data, CopyBuffer page)
    {
        _json.Clear();
        foreach (var (name, value) in _values)
        {
            _json.AddRaw(name, value.Raw(data));
        }
        var rule = _json.Write(page);
        return rule == RowRule.None ? null : new RowFault(
            rule == RowRule.Type ? RowRule.Json : rule,
            StagingTable.Extra,
            FoundText.Words("keys the contract does not know (").With(Names)
                .With(") with a value that jsonb cannot hold"),
            "a value it can hold");
    }

    public void Dispose() => _json.Dispose();

    private FoundText Names => FoundText.Name(string.Join(", ", _values.Keys), isPersonal);
}
