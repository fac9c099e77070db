using System.Text.Json;

namespace Greenery.Warehouse;

/// <summary>Enum values as the database and JSON write them, in snake case: <c>checks_failed</c>.</summary>
public static class EnumText
{
    /// <summary><c>ChecksFailed</c> is <c>checks_failed</c>.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => TextsOf<T>.ByValue[value];

    /// <summary>The value of that name.</summary>
    /// <exception cref="FormatException">No value has that name; the message lists those there are.</exception>
    public static T Parse<T>(string name)
        where T : struct, Enum => TextsOf<T>.ByName.TryGetValue(name, out var value) ? value
            : throw new FormatException($"'{name}' is no {typeof(T).Name}; expected one of "
                + $"{string.Join(", ", TextsOf<T>.ByName.Keys)}. A later version of Greenery may have written it.");

    private static class TextsOf<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>()
            .ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> ByName =
            ByValue.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
