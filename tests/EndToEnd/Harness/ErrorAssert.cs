using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>What every error of a program looks like: a fixed exit code, and two lines of which the first has the error's code.</summary>
internal static class ErrorAssert
{
    /// <summary>The command failed as it should.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="exitCode">The exit code it should have.</param>
    /// <param name="errorCode">The code of the error, PX and four digits.</param>
    /// <param name="words">What the two lines say, among other things.</param>
    public static void Failed(CommandResult result, int exitCode, string errorCode, params string[] words)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.Code, Is.EqualTo(exitCode), result.Error);
            Assert.That(result.ErrorLines, Has.Length.EqualTo(2), result.Error);
            Assert.That(result.ErrorLines.FirstOrDefault(), Does.StartWith(errorCode));
            foreach (string word in words)
                Assert.That(result.Error, Does.Contain(word));
            Assert.That(result.Error, Does.Not.Contain("   at "), "a stack trace");
        }
    }
}
