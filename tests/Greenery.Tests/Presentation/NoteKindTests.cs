using Greenery.Presentation;

namespace Greenery.Tests.Presentation;

/// <summary>Notes that differ in their examples only are read once.</summary>
public sealed class NoteKindTests
{
    [Fact]
    public void Notes_with_other_numbers_examples_and_paths_are_of_one_kind()
    {
        string[] notes =
        [
            "has 1 key with different values, for example on lines 2 and 3 (id '1')",
            "is empty",
            "has 1 key with different values, for example on lines 20 and 31 (id 'A b')",
            "has the same content as 2026-11-21/users-1.csv",
            "has the same content as 2026-11-22/users.csv",
            "is empty",
            "is empty",
        ];
        Assert.Equal(
        [
            notes[0] + " (and 1 more drop with such a note)",
            "is empty (and 2 more drops with such a note)",
            notes[3] + " (and 1 more drop with such a note)",
        ], NoteKind.Group(notes, NoteKind.Of).Select(group => group.First + NoteKind.Others(group.Others)));
    }

    [Fact]
    public void A_note_by_itself_has_no_count() => Assert.Equal("", NoteKind.Others(0));
}
