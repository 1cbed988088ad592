namespace Platform.Api.Tests.Support;

/// <summary>Tests that measure the memory of the whole process: they run when no other test does, or they would measure those.</summary>
[CollectionDefinition(nameof(WholeProcess), DisableParallelization = true)]
public sealed class WholeProcess;
