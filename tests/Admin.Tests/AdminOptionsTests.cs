using Microsoft.Extensions.Options;

namespace Platform.Admin.Tests;

[Trait("Control", "CF-2")]
public sealed class AdminOptionsTests
{
    [Theory]
    [InlineData("not a url")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://user:secret@127.0.0.1")]
    [InlineData("http://api.internal:5081")]
    public void A_management_address_that_could_leak_the_session_is_refused(string url) =>
        Assert.True(new AdminOptionsValidator().Validate(null, new AdminOptions { ManagementUrl = url }).Failed);

    [Theory]
    [InlineData("http://127.0.0.1:5081")]
    [InlineData("http://localhost:5081/")]
    [InlineData("https://api.example.com/mgmt")]
    public void Loopback_and_https_are_accepted(string url) =>
        Assert.Equal(ValidateOptionsResult.Success, new AdminOptionsValidator().Validate(null, new AdminOptions { ManagementUrl = url }));
}
