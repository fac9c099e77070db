using Microsoft.Extensions.Configuration;

namespace Greenery.Tests;

/// <summary>What a signature opens, and what it does not.</summary>
public sealed class LinkSignerTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string Other = "fedcba9876543210fedcba9876543210";
    private const string Path = "api/reports/7";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 6, 0, 0, TimeSpan.Zero);

    private static readonly LinkSigner Signer = new(Key, null, TimeSpan.FromDays(28));

    [Theory]
    [InlineData(0, SignedLinkState.Valid)]
    [InlineData(27.9, SignedLinkState.Valid)]
    [InlineData(28, SignedLinkState.Expired)]
    [InlineData(4000, SignedLinkState.Expired)]
    public void It_opens_its_path_until_it_expires(double days, SignedLinkState state) =>
        Assert.Equal(state, Verify(Signer, Path, Now.AddDays(days)));

    [Theory]
    [InlineData("api/reports/8")]
    [InlineData("api/reports/07")]
    [InlineData("api/reports/7/")]
    [InlineData("api/runs/7")]
    [InlineData("")]
    public void It_opens_no_other_path(string path) =>
        Assert.Equal(SignedLinkState.Invalid, Verify(Signer, path, Now));

    [Fact]
    public void A_later_expiry_needs_another_signature()
    {
        var (expires, signature) = Parts(Signer);

        Assert.Equal(SignedLinkState.Invalid, Signer.Verify(Path, $"{long.Parse(expires) + 1}", signature, Now));
        Assert.Equal(SignedLinkState.Invalid, Signer.Verify(Path, $"0{expires}", signature, Now));
    }

    [Fact]
    public void Each_changed_character_of_the_signature_makes_it_invalid()
    {
        var (expires, signature) = Parts(Signer);

        Assert.All(Enumerable.Range(0, signature.Length), i => Assert.Equal(
            SignedLinkState.Invalid, Signer.Verify(Path, expires,
                signature[..i] + (signature[i] == '0' ? '1' : '0') + signature[(i + 1)..], Now)));
        Assert.All([signature[1..], signature + "00", "", "zz" + signature[2..], new string('0', 64)], other =>
            Assert.Equal(SignedLinkState.Invalid, Signer.Verify(Path, expires, other, Now)));
    }

    [Fact]
    public void Changing_the_key_leaves_the_earlier_links_valid_until_the_earlier_key_is_gone()
    {
        var (expires, signature) = Parts(Signer);

        Assert.Equal(SignedLinkState.Valid, new LinkSigner(Other, Key, TimeSpan.FromDays(1))
            .Verify(Path, expires, signature, Now));
        Assert.Equal(SignedLinkState.Invalid, new LinkSigner(Other, null, TimeSpan.FromDays(1))
            .Verify(Path, expires, signature, Now));
        Assert.Equal(Parts(new LinkSigner(Other, null, TimeSpan.FromDays(28))),
            Parts(new LinkSigner(Other, Key, TimeSpan.FromDays(28))));
    }

    [Theory]
    [InlineData("Key", "short", "Greenery:Links:Key: has 5 characters (not shown here); expected a random text of at "
        + "least 32, such as 'openssl rand -hex 32' makes.")]
    [InlineData("PreviousKey", Key, "Greenery:Links:PreviousKey: is set without Greenery:Links:Key; expected the key "
        + "that signs now, and here the one before it.")]
    [InlineData("ValidDays", "0", "Greenery:Links:ValidDays: is '0'; expected a number of days from 1 to 366.")]
    [InlineData("Keys", Key, "Greenery:Links:Keys: is no setting; expected Key, PreviousKey, ValidDays. Did you mean "
        + "'Key'?")]
    public void A_wrong_setting_is_named_and_no_key_is_shown(string name, string value, string message)
    {
        var diagnostics = new List<Diagnostic>();

        Assert.Null(LinkSigner.Read(Settings((name, value)), diagnostics));
        Assert.Equal([message], diagnostics.Select(diagnostic => $"{diagnostic}"));
    }

    [Fact]
    public void What_Azure_puts_for_a_secret_that_it_cannot_read_is_no_key()
    {
        var diagnostics = new List<Diagnostic>();
        const string Reference = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=report-link-key)";

        Assert.NotNull(LinkSigner.Read(Settings(("Key", Key), ("PreviousKey", Reference)), diagnostics));
        Assert.Empty(diagnostics);
        Assert.Null(LinkSigner.Read(Settings(("Key", Reference), ("PreviousKey", Reference)), diagnostics));
        Assert.StartsWith(
            "Greenery:Links:Key: is a Key Vault reference that Azure could not resolve; expected the secret itself.",
            $"{Assert.Single(diagnostics)}", StringComparison.Ordinal);
    }

    private static IConfiguration Settings(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value =>
            KeyValuePair.Create($"Greenery:Links:{value.Name}", (string?)value.Value))).Build();

    private static SignedLinkState Verify(LinkSigner signer, string path, DateTimeOffset at)
    {
        var (expires, signature) = Parts(signer);
        return signer.Verify(path, expires, signature, at);
    }

    private static (string Expires, string Signature) Parts(LinkSigner signer) =>
        signer.Query(Path, Now).Split('&') is [var expires, var signature]
            ? (expires["expires=".Length..], signature["signature=".Length..]) : throw new InvalidOperationException();
}
