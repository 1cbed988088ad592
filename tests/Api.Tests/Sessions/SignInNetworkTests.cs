using System.Net;
using System.Net.Http.Json;
using Platform.Api.Tests.OAuth;
using Platform.Api.Tests.OAuth.Support;
using Platform.Api.Tests.Sessions.Oidc;
using Platform.Api.Tests.Support;
using Platform.Hosting.Listeners;

namespace Platform.Api.Tests.Sessions;

/// <summary>One customer's IPv6 network is one guesser, however many addresses it has. Addresses come as the console names them.</summary>
[Collection(OAuthTests.Name)]
[Trait("Control", "AU-11")]
[Trait("Control", "IN-8")]
public sealed class SignInNetworkTests(OidcProduct product) : IClassFixture<OidcProduct>
{
    [Fact]
    public async Task A_new_address_of_the_same_network_for_each_guess_is_not_a_new_guesser()
    {
        Task<int> Guess(string address, int user) => Ask("/v1/sessions", new { user = $"user-{user}", password = "not the password" }, address);

        Assert.Equal(401, await Guess("2001:db8:1:2::1", 1));

        Assert.Contains(429, await Until429(40, i => Guess($"2001:db8:1:2::{i + 2:x}", i + 2)));
        Assert.Equal(401, await Guess("2001:db8:1:3::1", 1_000));
        Assert.Equal(401, await Guess("192.0.2.1", 1_001));
    }

    [Fact]
    public async Task A_new_address_of_the_same_network_for_each_beginning_is_not_a_new_visitor()
    {
        Task<int> Begin(string address) => Ask("/v1/sessions:beginOidc", new { tenant = "nobody-has-it", provider = "idp_x" }, address);

        Assert.Equal(404, await Begin("2001:db8:2:2::1"));

        Assert.Contains(429, await Until429(120, i => Begin($"2001:db8:2:2:{i + 2:x}::1")));
        Assert.Equal(404, await Begin("2001:db8:2:3::1"));
    }

    private static async Task<List<int>> Until429(int most, Func<int, Task<int>> ask)
    {
        var seen = new List<int>();
        for (var i = 0; i < most && !seen.Contains(429); i++)
        {
            seen.Add(await ask(i));
        }

        return seen;
    }

    private async Task<int> Ask(string path, object body, string address)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(product.Platform.ManagementUrl, path)) { Content = JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation(ClientAddressSeal.Header, product.Seal.Seal(IPAddress.Parse(address)));
        return (await product.Platform.Send(request)).Status;
    }
}
