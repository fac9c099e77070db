using System.Diagnostics;
using System.Net.Sockets;
using Greenery.Drops;

namespace Greenery.Tests.Drops;

public sealed class FolderDropStoreTests : DropStoreSpecification, IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"greenery drops {Guid.NewGuid():n}");

    private protected override Task<IDropStore> MissingAsync() => Task.FromResult(DropStores.Open(_folder, null));

    private protected override Task DeleteAsync(string path)
    {
        File.Delete(Path.Combine(_folder, path));
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Hidden_and_temporary_files_are_passed_over_and_links_that_lead_back_up_have_a_fault()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        File.WriteAllText(Path.Combine(_folder, ".hidden.csv"), "x");
        File.WriteAllText(Path.Combine(_folder, "upload.tmp"), "x");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "2026-11-21", "up"), _folder);
        Assert.Equal(
            [("2026-11-21/a.csv", null), ("2026-11-21/up", "it is a link to a folder. Copy the folder here")],
            (await ListAsync(store)).Select(file => (file.Path, file.Fault)));
    }

    [Fact]
    public async Task A_link_to_a_file_inside_the_folder_is_that_file_and_others_have_a_fault()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "exports/a.csv", "x");
        var day = Directory.CreateDirectory(Path.Combine(_folder, "2026-11-21")).FullName;
        File.CreateSymbolicLink(Path.Combine(day, "inside.csv"), "../exports/a.csv");
        File.CreateSymbolicLink(Path.Combine(day, "nowhere.csv"), "../exports/b.csv");
        File.CreateSymbolicLink(Path.Combine(day, "outside.csv"), typeof(FolderDropStoreTests).Assembly.Location);
        File.CreateSymbolicLink(Path.Combine(day, "round.csv"), "round.csv");

        var files = await ListAsync(store);

        Assert.Equal(
            [
                ("2026-11-21/inside.csv", null),
                ("2026-11-21/nowhere.csv", "it is a link that leads nowhere. Correct or remove it"),
                ("2026-11-21/outside.csv", null),
                ("2026-11-21/round.csv", "it is a link that leads in a circle. Correct or remove it"),
                ("exports/a.csv", null),
            ],
            files.Select(file => (file.Path, file.Fault)));
        Assert.Equal("x", await ReadAsync(store, files[0]));
        var refusal = await Assert.ThrowsAsync<DropUnreadableException>(() => ReadAsync(store, files[2]));
        Assert.StartsWith("is a link to a file outside of the drop folder; expected a file in it.", refusal.Message);
    }

    [Fact]
    public async Task What_is_no_file_is_listed_with_its_fault_and_never_opened()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        var day = Path.Combine(_folder, "2026-11-21");
        await RunAsync("mkfifo", Path.Combine(day, "promos.csv"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(day, "s.csv")));
        File.CreateSymbolicLink(Path.Combine(day, "zero.csv"), "/dev/zero");

        var files = await ListAsync(store).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(
            [
                ("2026-11-21/a.csv", null),
                ("2026-11-21/promos.csv", "it is a named pipe; expected a file. Remove it"),
                ("2026-11-21/s.csv", "it is a socket; expected a file. Remove it"),
                ("2026-11-21/zero.csv", "it is a device; expected a file. Remove it"),
            ],
            files.Select(file => (file.Path, file.Fault)));

        // One that comes into the place of a file after it was listed.
        File.Delete(Path.Combine(day, "a.csv"));
        await RunAsync("mkfifo", Path.Combine(day, "a.csv"));
        var refusal = await Assert.ThrowsAsync<DropUnreadableException>(
            () => Task.Run(() => ReadAsync(store, files[0])).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.StartsWith("is a named pipe; expected a file.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_not_UTF8_have_a_fault_those_of_folders_too()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        await RunAsync("sh", "-c", "cd \"$0\" && mkdir \"$(printf 'caf\\351')\" "
            + "&& touch \"$(printf 'caf\\351/b.csv')\" "
            + "\"$(printf '2026-11-21/na\\357ve.csv')\"", _folder);

        Assert.Equal(
            [
                ("2026-11-21/a.csv", null),
                ("2026-11-21/na\ufffdve.csv", "its name is not UTF-8, so that it cannot be opened. Rename it"),
                ("caf\ufffd", "its name is not UTF-8, so that it cannot be entered. Rename it"),
            ],
            (await ListAsync(store)).Select(file => (file.Path, file.Fault)));
        // Under the names that it reads, the framework cannot delete them either.
        await RunAsync("rm", "-rf", _folder);
    }

    // For the superuser all is readable: there the test says nothing.
    [Fact]
    public async Task What_may_not_be_read_is_listed_or_refused_by_itself()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            return;
        }
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "x");
        await WriteAsync(store, "2026-11-22/b.csv", "x");
        var closed = Path.Combine(_folder, "2026-11-21");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        File.SetUnixFileMode(Path.Combine(_folder, "2026-11-22", "b.csv"), UnixFileMode.None);
        try
        {
            var files = await ListAsync(store);
            Assert.Equal(
                [("2026-11-21", "it is a folder that cannot be entered. Grant access, or move it elsewhere"),
                    ("2026-11-22/b.csv", null)],
                files.Select(file => (file.Path, file.Fault)));
            await Assert.ThrowsAsync<DropUnreadableException>(() => ReadAsync(store, files[1]));
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_link_through_linked_folders_leads_where_its_file_is()
    {
        var store = await MissingAsync();
        var elsewhere = Directory.CreateDirectory($"{_folder} elsewhere").FullName;
        try
        {
            await WriteAsync(store, "exports/a.csv", "x");
            await File.WriteAllTextAsync(Path.Combine(elsewhere, "a.csv"), "y");
            var day = Directory.CreateDirectory(Path.Combine(_folder, "2026-11-21")).FullName;
            Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), elsewhere);
            Directory.CreateSymbolicLink(Path.Combine(elsewhere, "back"), _folder);
            File.CreateSymbolicLink(Path.Combine(day, "a.csv"), Path.Combine(_folder, "linked", "a.csv"));
            File.CreateSymbolicLink(Path.Combine(day, "b.csv"), Path.Combine(elsewhere, "back", "exports", "a.csv"));

            var files = (await ListAsync(store)).Where(file => file.Fault is null).ToList();

            await Assert.ThrowsAsync<DropUnreadableException>(() => ReadAsync(store, files[0]));
            Assert.Equal("x", await ReadAsync(store, files[1]));
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    [Fact]
    public async Task A_link_is_another_version_when_its_file_is()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "exports/a.csv", "first");
        Directory.CreateDirectory(Path.Combine(_folder, "2026-11-21"));
        File.CreateSymbolicLink(Path.Combine(_folder, "2026-11-21", "a.csv"), "../exports/a.csv");
        var before = (await ListAsync(store))[0];

        await WriteAsync(store, "exports/a.csv", "second one");

        await Assert.ThrowsAsync<DropChangedException>(() => ReadAsync(store, before));
        Assert.Equal("second one", await ReadAsync(store, (await ListAsync(store))[0]));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "old");
        await Assert.ThrowsAsync<InfrastructureException>(() =>
            store.WriteAsync("2026-11-21/a.csv", new BrokenStream(), CancellationToken.None));
        Assert.Equal("old", await ReadAsync(store, Assert.Single(await ListAsync(store))));
        Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_path_that_leads_out_of_the_folder_is_refused()
    {
        var store = await MissingAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(store, "../a.csv", "x"));
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_is_not_taken_for_whole()
    {
        var store = await MissingAsync();
        await WriteAsync(store, "2026-11-21/a.csv", "first");
        await using var stream = await store.OpenAsync(Assert.Single(await ListAsync(store)), CancellationToken.None);
        await stream.ReadExactlyAsync(new byte[5]);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "2026-11-21", "a.csv"), new DateTime(2030, 1, 1));
        await Assert.ThrowsAsync<DropChangedException>(() => stream.CopyToAsync(Stream.Null));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new IOException("The line is dead.");
    }
}
