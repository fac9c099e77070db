using System.Text.RegularExpressions;

namespace Greenery.Publishing;

/// <summary>
/// The name of an environment: of schemas such as <c>dev_ana_core</c>, in which who works on models sees the marts as a
/// try has built them. It is so short that any mart's name can follow it.
/// </summary>
public sealed partial record EnvironmentName
{
    // Of the 63 letters that PostgreSQL keeps, 40 are a mart's, and one joins the two.
    private const string Form =
        "lower-case letters, digits and _, at most 22, beginning with a letter and not with pg_, such as dev_ana";

    private readonly string _text;

    private EnvironmentName(string text) => _text = text;

    /// <summary>The schema that shows a mart.</summary>
    public string SchemaOf(string mart) => $"{_text}_{mart}";

    /// <summary>As it was typed.</summary>
    public override string ToString() => _text;

    /// <summary>Reads a name.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="place">Where it was typed.</param>
    /// <exception cref="ConfigurationException">It cannot be one.</exception>
    public static EnvironmentName Parse(string text, string place) => Names().IsMatch(text)
        ? new EnvironmentName(text)
        : throw new ConfigurationException(place, $"'{text}' cannot be an environment; expected {Form}.");

    [GeneratedRegex(@"^(?!pg_)[a-z][a-z0-9_]{0,21}\z")]
    private static partial Regex Names();
}
