using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Greenery;

/// <summary>The settings of a section that has whole numbers only: <c>Greenery:Retention</c>.</summary>
/// <param name="greenery">Section <c>Greenery</c>.</param>
/// <param name="name">The section's name below it.</param>
/// <param name="diagnostics">Takes what is wrong.</param>
internal sealed class NumberSettings(IConfiguration greenery, string name, List<Diagnostic> diagnostics)
{
    private readonly IConfigurationSection _section = greenery.GetSection(name);
    private readonly List<string> _known = [];

    /// <summary>Reads one.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="otherwise">The value where it is not set.</param>
    /// <param name="least">The smallest that is allowed.</param>
    /// <param name="most">The largest that is allowed.</param>
    /// <param name="unit">For the message: <c>days</c>.</param>
    public int Read(string key, int otherwise, int least, int most, string unit)
    {
        _known.Add(key);
        if (_section[key] is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return otherwise;
        }
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }
        diagnostics.Add(new Diagnostic(
            $"Greenery:{name}:{key}",
            $"'{text}' is not allowed; expected a whole number of {unit} from {least} to {most}, such as "
                + $"{otherwise}."));
        return otherwise;
    }

    /// <summary>Refuses all that was not read.</summary>
    public void RefuseOthers()
    {
        foreach (var child in _section.GetChildren()
            .Where(child => !_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            diagnostics.Add(new Diagnostic(
                $"Greenery:{name}:{child.Key}",
                $"is no setting; expected {string.Join(", ", _known)}.{Suggestion.Sentence(child.Key, _known)}"));
        }
    }
}
