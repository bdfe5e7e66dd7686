import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** Counts the stacks of a recording's events with the JDK's own reader, several times over: prints milliseconds. */
public class ReadRecording {
  static int read(Path file) throws Exception {
    Map<String, Integer> counts = new HashMap<>();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        RecordedStackTrace trace = event.getStackTrace();
        if (trace == null) continue;
        StringBuilder stack = new StringBuilder(event.getEventType().getName());
        for (RecordedFrame frame : trace.getFrames()) {
          stack.append(';').append(frame.getMethod().getType().getName()).append('.').append(frame.getMethod().getName());
        }
        counts.merge(stack.toString(), 1, Integer::sum);
      }
    }
    return counts.size();
  }

  public static void main(String[] args) throws Exception {
    for (int round = 0; round < Integer.parseInt(args[1]); round++) {
      long start = System.nanoTime();
      read(Path.of(args[0]));
      System.out.println((System.nanoTime() - start) / 1e6);
    }
  }
}
