namespace Platform.System.Tests;

/// <summary>The description of the management API before a judge that nobody here wrote: Spectral, with its OWASP rules.</summary>
public sealed class OpenApiLintTests
{
    private static readonly string Lint = Path.Combine(Repository.Root, "tests", "System", "lint");
    private static readonly string Spectral = Path.Combine(Lint, "node_modules", "@stoplight", "spectral-cli", "dist", "index.js");

    [Fact]
    public async Task Spectral_finds_no_error()
    {
        var (code, output, errors) = await LintAsync(Path.Combine(Repository.Root, "docs", "api", "openapi.json"));
        Assert.True(code == 0, $"Spectral ended with {code}:\n{output}\n{errors}");
    }

    [Fact]
    public async Task Spectral_finds_an_operation_that_anybody_may_call()
    {
        var folder = Directory.CreateTempSubdirectory("mocopr-lint-");
        try
        {
            var description = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api", "openapi.json"), TestContext.Current.CancellationToken))!;
            description["paths"]!["/v1/tenants"]!["post"]!.AsObject()["security"] = new JsonArray();
            var file = Path.Combine(folder.FullName, "openapi.json");
            await File.WriteAllTextAsync(file, description.ToJsonString(), TestContext.Current.CancellationToken);
            var (code, output, _) = await LintAsync(file);
            Assert.Equal(1, code);
            Assert.Contains("owasp:api2:2023-write-restricted", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<(int Code, string Output, string Errors)> LintAsync(string description)
    {
        if (!File.Exists(Spectral))
        {
            Assert.Skip("Spectral is not installed: run 'npm ci --ignore-scripts' in tests/System/lint (tests/run does).");
        }

        return NodeProgram.RunAsync(
            Repository.Node, [Spectral, "lint", description, "--ruleset", Path.Combine(Lint, "rules.yaml"), "--fail-severity", "error", "--display-only-failures"], [], TestContext.Current.CancellationToken);
    }
}
