namespace Platform.Admin.Tests.Operations;

/// <summary>
/// The console is a client of REST and of nothing else. That what a form asks is what is written here, <see cref="ConsoleApplication.SubmitAsync(AngleSharp.Dom.IDocument, string, string, (string, string)[])"/>
/// judges in every test; that every request is described, <see cref="ConsoleApplication.DisposeAsync"/> does.
/// </summary>
public sealed class ConsoleActionTests
{
    [Fact]
    public void Every_form_of_the_console_is_an_operation_of_REST() =>
        Assert.Equal(ConsoleSources.Forms.Order(StringComparer.Ordinal), ConsoleActions.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_operation_that_a_form_is_has_a_description() =>
        Assert.Empty(ConsoleActions.All.SelectMany(action => action.Value).Except(DescribedCalls.Ids, StringComparer.Ordinal));

    [Fact]
    public void Every_form_is_sent_by_a_test()
    {
        // Attacks send forms of their own making: that is no honest use.
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(ConsoleSources.Root, "tests", "Admin.Tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) is not ("Operations" or "Security")).Select(File.ReadAllText));
        Assert.DoesNotContain(ConsoleSources.Forms, form => !tests.Contains(form.EndsWith('-') ? $"\"{form}" : $"\"{form}\"", StringComparison.Ordinal));
    }
}
