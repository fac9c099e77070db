namespace Greenery;

/// <summary>
/// Settings, contract or models are wrong. Thrown before anything is touched, with all faults found, so that they
/// can be mended in one go. Never retried. The command line exits with 2.
/// </summary>
public sealed class ConfigurationException(IReadOnlyList<Diagnostic> diagnostics)
    : Exception(string.Join(Environment.NewLine, diagnostics))
{
    public ConfigurationException(string place, string message)
        : this([new Diagnostic(place, message)])
    {
    }

    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
