using System.IO.Compression;
using System.Text;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cases;

/// <summary>Whole files: compression, names, number, size, what is empty or cut.</summary>
internal static class FileCases
{
    private const int ManyFiles = 300;

    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new Dictionary<string, LoadExpectation>
    {
        ["15-gz-members"] = new() { Things = Thing.Rows(1, 20) },
        ["15b-gz-zero-padding"] = new() { Things = Thing.Rows(1, 10) },
        ["15c-gz-garbage"] = new() { Refused = ["things.csv.gz: has more bytes after its gzip data"] },
        ["15d-gz-cut"] = new() { Refused = ["things.csv.gz: is damaged or cut short"] },
        ["17-latin1-name"] = new()
        {
            Play = run => run.PlaySetupAsync(),
            Things = Thing.Rows(1, 3),
            Notes = ["caf\ufffd.txt: is not loaded: its name is not UTF-8"],
        },
        ["18-lost-and-found"] = new()
        {
            Play = PlayClosedFolderAsync,
            Things = Thing.Rows(1, 1),
            Notes = Environment.IsPrivilegedProcess || OperatingSystem.IsWindows()
                ? []
                : ["lost+found: is not loaded: it is a folder that cannot be entered"],
        },
        ["19-symlinks"] = new()
        {
            // Links to files in the folder are followed; this one leads elsewhere.
            Play = run => run.PlaySetupAsync(),
            Things = Thing.Rows(1, 1),
            Refused = ["things-linked.csv: is a link to a file outside of the drop folder; expected"],
        },
        ["21-names"] = new()
        {
            Things = [.. Thing.Rows(1, 3), new Thing(50), .. Thing.Rows(60, 61), .. Thing.Rows(70, 71)],
            Notes = ["2026-11-20T00/things.csv: is not loaded", "things.jsonl: is not loaded"],
            Said = ["staging.files.not_loaded"],
        },
        // Fewer than the report's 10,000, each in a transaction of its own.
        ["30-ten-thousand-files"] = new()
        {
            Play = run =>
            {
                foreach (var id in Enumerable.Range(0, ManyFiles))
                {
                    run.Test.Put($"2026-11-20/things-{id:00000}.ndjson",
                        $$"""{"id": {{id}}, "label": "t{{id}}", "n": {{id}}}""" + "\n");
                }
                return run.RunAsync();
            },
            Things =
            [
                .. Enumerable.Range(0, ManyFiles)
                    .Select(id => (Thing.Bare(id) with { Label = $"t{id}", N = $"{id}" }).ToString()),
            ],
        },
        ["31-bad-rows-bomb"] = new()
        {
            Play = async run =>
            {
                run.Test.Put("2026-11-20/things.csv.gz", Bomb(10_000_000));
                await run.RunAsync();
            },
            Refused = ["things.csv.gz: 100000 of the first 100000 rows"],
            Said = ["The rest was not read."],
        },
        // Nothing earlier shows that the file should end in a line break.
        ["33-cut-last-line"] = new() { Things = CutLine },
        ["33-cut-last-line+after-a-whole-one"] = new()
        {
            Play = run =>
            {
                run.Test.Put("2026-11-19/things.csv", "id,label,flag,day,at,n,amount\n");
                return run.PlayStepsAsync();
            },
            Things = CutLine,
            Notes =
            [
                "things.csv: has no row",
                "things.csv: does not end with a line break, and 2026-11-19/things.csv does",
            ],
        },
        ["43-empty"] = new()
        {
            // The note of one is that of all, as people read it.
            Notes = ["things-1.csv: is empty", "things-2.ndjson: is empty", "things-3.json: is empty",
                "things-4.csv.gz: is empty", "things-5.csv: has no row", "things-6.json: has no row"],
        },
        ["47-vanishing-file"] = new()
        {
            Play = run =>
            {
                run.Test.Put("2026-11-20/things.csv", "id,label,n,amount,flag,day,at\n");
                run.Test.Put("2026-11-20/things-a.csv", "id,label,n,amount,flag,day,at\n1,,,,,,\n");
                return run.RunAsync(new VanishingDropStore(run.Test.Store, run.Test.Drops, "2026-11-20/things.csv"));
            },
            Things = [Thing.Bare(1)],
            Notes = ["2026-11-20/things.csv: it was deleted after it was listed"],
        },
    };

    private static IReadOnlyList<string> CutLine =>
    [
        .. Enumerable.Range(1, 4).Select(id => new Thing(id) { Amount = id == 4 ? "12.00" : "120.00" }.ToString()),
    ];

    // The case's script gives the folder to root; no folder is closed to root itself.
    private static async Task PlayClosedFolderAsync(LoadCaseRun run)
    {
        var folder = Directory.CreateDirectory(Path.Combine(run.Test.Drops, "lost+found")).FullName;
        SetMode(folder, UnixFileMode.None);
        try
        {
            await run.PlayStepsAsync();
        }
        finally
        {
            SetMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void SetMode(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    // 10,000,000 rows in some KB.
    private static byte[] Bomb(int rows)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
        {
            gzip.Write("id,label,n,amount,flag,day,at\n"u8);
            var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x\n", rows / 100)));
            for (var i = 0; i < 100; i++)
            {
                gzip.Write(block);
            }
        }
        return target.ToArray();
    }
}
