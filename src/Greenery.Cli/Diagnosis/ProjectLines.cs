using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Cli.Diagnosis;

/// <summary>Whether the project's files are right, as far as they tell without a database.</summary>
internal static class ProjectLines
{
    private const string Subject = "project";

    public static IEnumerable<DoctorLine> Of(HostReading reading)
    {
        if (reading.Project is { } project)
        {
            yield return DoctorLine.Ok(Subject, Describe(reading.Settings.Sql, project));
            foreach (var warning in project.Warnings)
            {
                yield return DoctorLine.Warning(Subject, $"{warning}");
            }
        }
        foreach (var fault in reading.ProjectFaults)
        {
            yield return DoctorLine.Failed(Subject, fault);
        }
    }

    private static string Describe(string folder, Project project) =>
        $"{(project.Name is { } name ? $"'{name}' in " : "")}{folder}: "
        + $"{NumberFormat.Count(project.Catalogue.Sources.Count, "source table")}, "
        + $"{NumberFormat.Count(project.Catalogue.Models.Count, "model")}, "
        + $"{NumberFormat.Count(project.Checks.Count, "check")}. 'greenery validate' has PostgreSQL look at the SQL.";
}
