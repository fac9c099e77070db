namespace Greenery.Cli.Diagnosis;

/// <summary>How something is that <c>greenery doctor</c> looked at.</summary>
internal enum DoctorStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Runs do without it, or it may become a fault.</summary>
    Warning,

    /// <summary>Runs or people go without something until it is mended.</summary>
    Failed,
}

/// <summary>What was found.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Subject">What was looked at, such as <c>database</c>.</param>
/// <param name="Text">What was found, and what to do where it is not right.</param>
/// <param name="IsConfiguration">What failed is a setting or a file of the project, not infrastructure.</param>
internal sealed record DoctorLine(DoctorStatus Status, string Subject, string Text, bool IsConfiguration = false)
{
    public static DoctorLine Ok(string subject, string text) => new(DoctorStatus.Ok, subject, text);

    public static DoctorLine Warning(string subject, string text) => new(DoctorStatus.Warning, subject, text);

    public static DoctorLine Failed(string subject, string text) => new(DoctorStatus.Failed, subject, text);

    public static DoctorLine Failed(string subject, Diagnostic fault) =>
        new(DoctorStatus.Failed, subject, $"{fault}", IsConfiguration: true);
}
