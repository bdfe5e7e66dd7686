import java.util.concurrent.locks.ReentrantLock;

/** Burns, allocates, throws, sleeps and waits, of each a little. Arguments: milliseconds, allocations a round. */
public class Small {
  static final Object MONITOR = new Object();
  static final Object NEWS = new Object();
  static final ReentrantLock LOCK = new ReentrantLock();
  static volatile Object sink;
  static volatile long sum;
  static int allocations = 400;

  static long fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
  static void burn() { sum += fib(31); }
  static void allocate() { for (int i = 0; i < allocations; i++) sink = new byte[2048 + i % 400]; }
  static void monitor() throws InterruptedException { synchronized (MONITOR) { Thread.sleep(15); } }

  static void lock() throws InterruptedException {
    LOCK.lock();
    try { Thread.sleep(15); } finally { LOCK.unlock(); }
  }

  static void fail() {
    try { throw new IllegalStateException("secret"); } catch (IllegalStateException e) { sink = e; }
  }

  static void work(long end) {
    try {
      while (System.currentTimeMillis() < end) {
        for (int i = 0; i < 10; i++) burn();
        allocate();
        fail();
        monitor();
        lock();
        synchronized (NEWS) { NEWS.wait(12); }
      }
    } catch (InterruptedException e) { throw new RuntimeException(e); }
  }

  public static void main(String[] args) throws Exception {
    long end = System.currentTimeMillis() + Long.parseLong(args[0]);
    if (args.length > 1) allocations = Integer.parseInt(args[1]);
    Thread[] threads = new Thread[3];
    for (int i = 0; i < threads.length; i++) {
      threads[i] = new Thread(() -> work(end), "worker-" + i);
      threads[i].start();
    }
    for (Thread thread : threads) thread.join();
  }
}
