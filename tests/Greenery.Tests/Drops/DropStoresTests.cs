using Greenery.Drops;
using Greenery.Reports;
using Greenery.Tests.Support;

namespace Greenery.Tests.Drops;

public sealed class DropStoresTests
{
    [Fact]
    public void A_setting_names_a_folder_a_container_or_an_account()
    {
        const string account =
            "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net";
        Assert.Equal(Path.GetFullPath("some folder"), DropStores.Open("some folder", null).Description);
        Assert.Equal("https://shop.blob.core.windows.net/in",
            DropStores.Open("https://shop.blob.core.windows.net/in", null).Description);
        Assert.Equal("https://shop.blob.core.windows.net/drops", DropStores.Open(account, null).Description);
        Assert.Equal("https://shop.blob.core.windows.net/in", DropStores.Open(account, "in").Description);
    }

    [Theory]
    [InlineData("https://bob7:s3cret@shop.blob.core.windows.net/in", "on shop.blob.core.windows.net with a user name")]
    [InlineData("https://s3cret@shop.blob.core.windows.net/in", "with a user name, a password or a signature")]
    [InlineData("https://bob7:s3cret@shop.blob.core.windows.net/", "with a user name, a password or a signature")]
    [InlineData("https://shop.blob.core.windows.net/in?sv=2026&sig=s3cret", "a password or a signature")]
    [InlineData("https://shop.blob.core.windows.net/in#s3cret", "a password or a signature")]
    [InlineData("ftp://bob7:s3cret@shop.example/in", "looks like a URL")]
    [InlineData("https://bob7:s3cret@shop example/in", "looks like a URL")]
    public void A_secret_in_an_address_is_refused_and_not_shown(string setting, string message)
    {
        foreach (var open in (Func<IDropStore>[])
            [() => DropStores.Open(setting, null), () => ReportStores.Open("drops", null, setting),
                () => ReportStores.Open(setting, null, null)])
        {
            var fault = Assert.Throws<ConfigurationException>(open);
            Assert.Contains(message, fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("bob7", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https:/bob7:s3cret@shop.example/in")]
    [InlineData("https:bob7:s3cret@shop.example/in")]
    [InlineData("https:/s3cret@shop.example/in")]
    [InlineData("https//bob7:s3cret@shop.example/in")]
    [InlineData("//bob7:s3cret@shop.example/in")]
    [InlineData("/bob7:s3cret@shop.example/in")]
    [InlineData("https:\\\\bob7:s3cret@shop.example\\in")]
    [InlineData("bob7:s3cret@shop.example/in")]
    [InlineData("bob7:s3c@s3cret@shop.example:443/in?x")]
    [InlineData(" b:s3/cret@shop.example")]
    public void A_user_name_before_a_host_is_refused_where_it_would_be_a_folder(string setting)
    {
        foreach (var open in (Func<IDropStore>[])
            [() => DropStores.Open(setting, null), () => ReportStores.Open("drops", null, setting)])
        {
            var fault = Assert.Throws<ConfigurationException>(open);
            Assert.Contains("shop.example", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3c", fault.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("bob7", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(@"C:\data\me@corp\drops")]
    [InlineData("C:/data/me@corp/drops")]
    [InlineData("/data/me@corp/drops")]
    [InlineData("/data/12:30/drops")]
    public void A_folder_without_user_info_is_one(string setting) =>
        Assert.Equal(Path.GetFullPath(setting), DropStores.Open(setting, null).Description);

    [Fact]
    public void A_folder_that_is_there_may_be_called_like_that()
    {
        using var folder = new TestDataFolder();
        var odd = Path.Combine(folder.Path, "a:b@c");
        Directory.CreateDirectory(odd);

        Assert.Equal(odd, DropStores.Open(odd, null).Description);
        Assert.Equal(
            Path.Combine(odd, "reports"), ReportStores.Open(Path.Combine(odd, "drops"), null, null).Description);
    }

    [Fact]
    public void A_password_in_the_endpoint_of_a_connection_string_is_not_shown() => Assert.Equal(
        "http://127.0.0.1/shop/drops",
        DropStores.Open(
            "AccountName=shop;AccountKey=c2VjcmV0;BlobEndpoint=http://bob7:s3cret@127.0.0.1/shop", null).Description);

    [Theory]
    [InlineData(" ", "is empty")]
    [InlineData("https://shop.blob.core.windows.net/", "names no container")]
    [InlineData("AccountName=shop;AccountKey=secret", "cannot be read as one")]
    public void Anything_else_is_a_fault_that_shows_no_secret(string setting, string message)
    {
        var fault = Assert.Throws<ConfigurationException>(() => DropStores.Open(setting, null));
        Assert.StartsWith("Greenery:Drops: ", fault.Message);
        Assert.Contains(message, fault.Message);
        Assert.DoesNotContain("secret", fault.Message);
    }
}
