using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Cli.Output;

/// <summary>What drops did to a table by what they do not have any more; nothing where they did nothing.</summary>
internal static class LoadNotes
{
    public static IEnumerable<string> Of(LoadLine load)
    {
        if (load.Restored + load.Removed > 0)
        {
            yield return $"{load.Table}: {NumberFormat.Count(load.Restored + load.Removed, "row")} vanished from "
                + $"corrected drops; {NumberFormat.Count(load.Restored)} went back to what earlier drops said, "
                + $"{NumberFormat.Count(load.Removed)} left the table";
        }
        if (load.Expired > 0)
        {
            yield return $"{load.Table}: {NumberFormat.Count(load.Expired, "row")} older than the contract keeps "
                + $"(config: keep) {(load.Expired == 1 ? "was" : "were")} not loaded";
        }
        if (load.Gone > 0)
        {
            yield return $"{load.Table}: {NumberFormat.Count(load.Gone, "row")} gone, because the complete drop lacks "
                + $"{(load.Gone == 1 ? "it" : "them")} (_gone_since)";
        }
        if (load.Returned > 0)
        {
            yield return $"{load.Table}: {NumberFormat.Count(load.Returned, "row")} that "
                + $"{(load.Returned == 1 ? "was" : "were")} gone "
                + $"{(load.Returned == 1 ? "is" : "are")} there again";
        }
    }
}
