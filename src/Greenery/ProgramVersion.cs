using System.Reflection;

namespace Greenery;

/// <summary>The version of this program, as semantic versioning has it.</summary>
public static class ProgramVersion
{
    /// <summary><c>1.2.3</c>, perhaps with a suffix (<c>1.2.3-rc.1</c>); without build information.</summary>
    public static string Current { get; } = typeof(ProgramVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Its number, to compare by; null for a text that is no version.</summary>
    public static Version? Parse(string? text) =>
        Version.TryParse(text?.Split('-', '+')[0], out var version) ? version : null;
}
