using Platform.Api.Tests.OpenApi;
using Platform.ClientGenerator;

namespace Platform.Api.Tests.GeneratedClient;

/// <summary>The client is what its generator makes of the committed description, which is what the product serves.</summary>
public sealed class ClientSourceTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Description.File)!, "../../src/Client/Generated"));

    /// <summary>When it fails: <c>dotnet run --project build/ClientGenerator</c>, and look at what changed for those who use it.</summary>
    [Fact]
    public async Task The_committed_client_is_what_the_description_gives()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var made = await ClientSource.WriteAsync(await File.ReadAllTextAsync(Description.File, cancellation));

        Assert.Equal(made.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var (name, text) in made)
        {
            var committed = await File.ReadAllTextAsync(Path.Combine(Folder, name), cancellation);
            Assert.True(text == committed, $"src/Client/Generated/{name} differs from the description. Write it anew with: dotnet run --project build/ClientGenerator");
        }
    }

    [Fact]
    public async Task The_same_description_gives_the_same_client()
    {
        var description = await File.ReadAllTextAsync(Description.File, TestContext.Current.CancellationToken);

        Assert.Equal(await ClientSource.WriteAsync(description), await ClientSource.WriteAsync(description));
    }
}
